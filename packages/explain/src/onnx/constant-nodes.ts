/** Constant nodes as constants of the graph. */
import { edited } from './edited-message'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import { encodeTensor, isExternal } from './proto-tensor'

/** Turns every Constant node with a tensor or numbers into an initializer, in place. */
export function constantNodesToInitializers(graph: Graph): void {
  graph.nodes = graph.nodes.filter((node) => {
    const value = node.op === 'Constant' && node.domain === '' ? node.attribute('value')?.t : undefined
    const scalar = node.op === 'Constant' && node.domain === '' ? scalarConstant(node) : undefined
    if (value && !isExternal(value)) {
      graph.initializers.set(node.outputs[0]!, edited(value, { name: node.outputs[0]! }))
      return false
    }
    if (scalar) {
      const name = node.outputs[0]!
      graph.initializers.set(name, encodeTensor(name, scalar))
      return false
    }
    return true
  })
}

function scalarConstant(node: GraphNode) {
  const ints = node.attribute('value_ints')
  const int = node.attribute('value_int')
  const floats = node.attribute('value_floats')
  const float = node.attribute('value_float')
  if (ints) return { type: 'int64' as const, dims: [ints.ints.length], data: BigInt64Array.from(ints.ints) }
  if (int) return { type: 'int64' as const, dims: [], data: BigInt64Array.of(int.i) }
  if (floats) return { type: 'float32' as const, dims: [floats.floats.length], data: Float32Array.from(floats.floats) }
  if (float) return { type: 'float32' as const, dims: [], data: Float32Array.of(float.f) }
  return undefined
}
