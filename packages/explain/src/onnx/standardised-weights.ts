/** Weight standardisation, as PyTorch exports it: a batch normalisation in training mode over weights, written out in plain operators. */
import { GraphBuilder } from './builder'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import { pixelIndependent } from './trace'

/** Whether a BatchNormalization takes mean and variance of what it reads (BatchNormalization-15, training_mode). */
export const normalisesBatch = (node: GraphNode): boolean =>
  node.op === 'BatchNormalization' && node.domain === '' && node.intAttr('training_mode', 0) === 1

/**
 * Replaces every batch normalisation in training mode whose input no pixel changes, in place:
 * Y = (X - mean) / sqrt(var + epsilon) * scale + B, mean and biased variance over all axes but the second. One whose running mean or
 * variance is read stays as it is.
 */
export function writeOutStandardisation(graph: Graph): void {
  const independent = pixelIndependent(graph)
  const constant = (name: string) => graph.initializers.has(name) || independent.has(name)
  const consumers = graph.consumers()
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const read = (name: string) => name !== '' && (consumers.has(name) || outputs.has(name))
  const nodes: GraphNode[] = []
  const g = new GraphBuilder(graph, 'standardised', (node) => nodes.push(node))
  for (const node of graph.nodes) {
    const [x, scale, bias] = node.inputs as [string, string, string]
    const [y, ...running] = node.outputs as [string, ...string[]]
    if (!normalisesBatch(node) || !constant(x) || running.some(read)) {
      nodes.push(node)
      continue
    }
    // [N, C, everything else], since the rank need not be known.
    const flat = g.reshape(x, [0, 0, -1])
    const centred = g.sub(flat, g.mean(flat, [0, 2], true))
    const variance = g.mean(g.mul(centred, centred), [0, 2], true)
    const deviation = g.op('Sqrt', [g.add(variance, g.scalar(node.floatAttr('epsilon', 1e-5)))])
    const each = (values: string) => g.reshape(values, [1, -1, 1])
    const normalised = g.add(g.mul(g.div(centred, deviation), each(scale)), each(bias))
    g.op('Reshape', [normalised, g.op('Shape', [x])], {}, [y])
  }
  graph.nodes = nodes
}
