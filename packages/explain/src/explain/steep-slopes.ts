/** Square roots and powers below 1 of values that are 0: their slope is infinite there, and is taken as 0. */
import { isFloat, type Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { downstream, upstream } from './dependence'
import { once } from './once'

/** Says which of them lie between the attention and the logits and read a 0 on one of some pictures. */
export async function steepSlopeNotes(
  graph: Graph,
  facts: Facts,
  { attentions, logits }: { attentions: readonly string[]; logits: string },
  pictures: readonly Tensor[],
  load: LoadGraph,
): Promise<string[]> {
  const producers = graph.producers()
  const after = downstream(graph, attentions)
  const read = upstream(producers, [logits])
  const steep = graph.nodes.filter(
    (node) =>
      isSteep(node, facts) &&
      after.has(node.inputs[0]!) &&
      node.outputs.some((output) => read.has(output)) &&
      !isRaised(producers.get(node.inputs[0]!), facts),
  )
  if (steep.length === 0) return []
  const names = [...new Set(steep.map(({ inputs }) => inputs[0]!))]
  const probe = graph.clone()
  probe.outputs = names.map((name) => ({ name, type: 'unknown', dims: [] }))
  probe.prune()
  const zeros = new Set<string>()
  await once(await load({ ...writeModel(probe), brief: true }), async (loaded) => {
    for (const picture of pictures) {
      const found = await loaded.run({ [graph.inputs[0]!.name]: picture }, names)
      for (const name of names) if (found[name]!.data.some((value) => Number(value) === 0)) zeros.add(name)
    }
  })
  const met = steep.filter(({ inputs }) => zeros.has(inputs[0]!))
  if (met.length === 0) return []
  const further = met.length > 1 ? ` and ${met.length - 1} more` : ''
  return [
    `${met[0]!.op} (node '${met[0]!.label}'${further}) reads values that are 0, where its slope is infinite; the gradient is taken as 0 there.`,
  ]
}

function isSteep({ op, domain, inputs }: GraphNode, facts: Facts): boolean {
  if (domain !== '' || !isFloat(facts.get(inputs[0]!)?.type ?? 'float32')) return false
  if (op === 'Sqrt') return true
  const exponent = op === 'Pow' ? facts.get(inputs[1]!)?.constant : undefined
  return op === 'Pow' && (!exponent || Array.from(exponent.data, Number).some((power) => power > 0 && power < 1))
}

/** Whether a small constant was added, as to every variance: it is there so that 0 is not met. */
function isRaised(node: GraphNode | undefined, facts: Facts): boolean {
  if (node?.op !== 'Add') return false
  return node.inputs.some(
    (input) => Number(facts.get(input)?.constant?.data[0] ?? 0) > 0 && facts.get(input)!.constant!.data.length === 1,
  )
}
