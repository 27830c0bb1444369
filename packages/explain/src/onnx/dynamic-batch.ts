/** Models that were exported for one image at a time, made to take any number of them. */
import { batchPositions } from './batch-position'
import { GraphBuilder } from './builder'
import type { Facts } from './facts'
import type { Graph } from './graph'
import { int64 } from './tensor'

/**
 * A copy of a graph with a fixed batch of 1 whose batch is free: constant reshapes leave the axis of
 * the batch to be inferred, constants that are joined with image tokens are repeated. Whether it is right has to be checked by running it.
 */
export function withDynamicBatch(graph: Graph, facts: Facts): Graph {
  const copy = graph.clone()
  const prelude: Graph['nodes'] = []
  const g = new GraphBuilder(copy, 'batch', (node) => prelude.push(node))
  const image = copy.inputs[0]!
  image.dims[0] = 'batch'
  for (const output of copy.outputs) output.dims[0] = 'batch'
  const reached = fromImage(copy)
  const positions = batchPositions(copy, facts)
  const batch = lazily(() => g.slice(g.op('Shape', [image.name]), [0], [1], [0]))
  for (const node of copy.nodes) {
    if (node.op === 'Reshape' && reached.has(node.inputs[0]!) && facts.get(node.inputs[1]!)?.constant) {
      const dims = facts.get(node.outputs[0]!)!.dims
      const free = positions.get(node.outputs[0]!)?.axis ?? 0
      const shape = dims.map((dim, axis) => (axis === free ? -1 : dim))
      node.inputs[1] = copy.addConstant('shape', int64([dims.length], shape))
      node.attributes = node.attributes.filter(({ name }) => name !== 'allowzero')
    }
    const axis = positions.get(node.outputs[0]!)?.axis ?? 0
    if (node.op === 'Concat' && node.inputs.some((input) => reached.has(input)) && node.intAttr('axis', 0) !== axis) {
      node.inputs = node.inputs.map((input) => {
        const rank = facts.get(input)!.dims.length
        if (reached.has(input)) return input
        const ones = (count: number) => (count > 0 ? [g.ints(Array.from({ length: count }, () => 1))] : [])
        const shape = g.concat([...ones(axis), batch(), ...ones(rank - axis - 1)], 0)
        return g.op('Expand', [input, shape])
      })
    }
  }
  copy.nodes.unshift(...prelude)
  copy.sort()
  return copy
}

/** Every value that the image reaches. */
function fromImage(graph: Graph): Set<string> {
  const reached = new Set(graph.inputs.map(({ name }) => name))
  for (const node of graph.nodes) {
    if (node.op !== 'Shape' && node.inputs.some((input) => reached.has(input))) {
      for (const output of node.outputs) reached.add(output)
    }
  }
  return reached
}

function lazily(make: () => string): () => string {
  let made: string | null = null
  return () => (made ??= make())
}
