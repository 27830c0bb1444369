/** Finding out by running the model whether anything but its attention mixes tokens between the layers. */
import { GraphBuilder } from '../onnx/builder'
import { type Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { Attentions } from './discover'
import { changeAlong } from './geometry'
import { once } from './once'
import { pasted } from './probe-geometry'
import { noise } from './random'

/**
 * Every attention matrix becomes the identity, and a corner of the picture is changed: tokens that the first layer reads
 * unchanged have to stay so in every layer. Where they do not, something else mixes them (averages over tokens that are
 * added back, linear layers along the tokens, pooling, shifts), which is said.
 */
export async function otherMixingNotes(
  graph: Graph,
  facts: Facts,
  { layers }: Pick<Attentions, 'layers'>,
  image: Tensor,
  load: LoadGraph,
): Promise<string[]> {
  const sites = layers.flat()
  const probe = withoutAttention(graph, facts, layers)
  const names = [...new Set(sites.map(({ values }) => values))]
  probe.outputs = names.map((name) => ({ name, type: 'unknown', dims: [] }))
  probe.prune()
  const [height, width] = image.dims.slice(2) as [number, number]
  const [first, second] = [noise(image.dims, 11), noise(image.dims, 12)]
  const corner = pasted(first, second, [0, 0, Math.ceil(height / 8), Math.ceil(width / 8)])
  const input = graph.inputs[0]!.name
  const [before, after] = await once(await load({ ...writeModel(probe), brief: true }), async (loaded) => [
    await loaded.run({ [input]: first }, names),
    await loaded.run({ [input]: corner }, names),
  ])
  const changed = layers.map((layer) => {
    const tokens = new Set<number>()
    for (const { values, tokenAxis } of layer) {
      changeAlong(before[values]!, after[values]!, tokenAxis).forEach((change, token) => {
        // A NaN is a change, too.
        if (!(change === 0)) tokens.add(token)
      })
    }
    return tokens
  })
  const mixed = changed.findIndex((tokens) => [...tokens].some((token) => !changed[0]!.has(token)))
  if (mixed < 0) return []
  return [
    `Between layers ${mixed - 1} and ${mixed} (before node '${layers[mixed]![0]!.node.label}') something other than attention mixes tokens: with every attention switched off, a change of the picture's corner still spreads from ${changed[0]!.size} of ${sites[0]!.tokens} tokens to ${changed[mixed]!.size}. Rollout knows nothing of it.`,
  ]
}

/** The graph with the identity in place of every matrix. */
function withoutAttention(graph: Graph, facts: Facts, layers: Attentions['layers']): Graph {
  const probe = graph.clone()
  const g = new GraphBuilder(probe, 'switched_off')
  for (const { value, tokens } of layers.flat()) {
    const { type } = facts.get(value)!
    const readers = probe.consumers().get(value) ?? []
    const off = g.meeting(type, () => {
      const identity = Float32Array.from({ length: tokens * tokens }, (_, at) => (at % (tokens + 1) === 0 ? 1 : 0))
      return g.add(g.scale(value, 0), g.constant(g.floats([tokens, tokens], identity)))
    })
    for (const reader of readers) reader.inputs = reader.inputs.map((name) => (name === value ? off : name))
  }
  probe.sort()
  return probe
}
