/** Tensor sequences, as PyTorch's exporter writes unbind, split and stack, turned into operators on tensors. */
import { GraphBuilder } from './builder'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import { int64 } from './tensor'

/** Rewrites SplitToSequence + SequenceAt and SequenceConstruct + ConcatFromSequence in place, where all is constant. */
export function resolveSequences(graph: Graph): void {
  if (!graph.nodes.some(({ op }) => op === 'SequenceAt' || op === 'ConcatFromSequence')) return
  const producers = graph.producers()
  const nodes: GraphNode[] = []
  const g = new GraphBuilder(graph, 'sequence', (node) => nodes.push(node))
  for (const node of graph.nodes) {
    const sequence = producers.get(node.inputs[0] ?? '')
    const rewritten =
      (node.op === 'SequenceAt' && elementOf(g, node, sequence)) ||
      (node.op === 'ConcatFromSequence' && joined(g, node, sequence))
    if (!rewritten) nodes.push(node)
  }
  graph.nodes = nodes
  graph.prune()
}

/** Element `i` of a tensor that was split into slices of length 1. */
function elementOf(g: GraphBuilder, node: GraphNode, sequence: GraphNode | undefined): boolean {
  const index = g.graph.constant(node.inputs[1]!)?.data[0]
  if (index === undefined) return false
  if (sequence?.op === 'SequenceConstruct') {
    const chosen = sequence.inputs.at(Number(index))
    return chosen !== undefined && (g.op('Identity', [chosen], {}, node.outputs), true)
  }
  if (sequence?.op !== 'SplitToSequence') return false
  const [tensor, split] = sequence.inputs as [string, string?]
  const size = split ? g.graph.constant(split) : undefined
  if (split && !(size && size.dims.length === 0 && Number(size.data[0]) === 1)) return false
  const axis = sequence.intAttr('axis', 0)
  // The keepdims attribute counts only where no split is given.
  const keep = split !== undefined || sequence.intAttr('keepdims', 1) === 1
  const position = g.constant(int64(keep ? [1] : [], [Number(index)]))
  g.op('Gather', [tensor, position], { axis }, node.outputs)
  return true
}

/** The parts of a sequence joined along an axis, or stacked along a new one. */
function joined(g: GraphBuilder, node: GraphNode, sequence: GraphNode | undefined): boolean {
  if (sequence?.op !== 'SequenceConstruct') return false
  const axis = node.intAttr('axis', 0)
  const stack = node.intAttr('new_axis', 0) === 1
  const parts = stack ? sequence.inputs.map((part) => g.unsqueeze(part, [axis])) : sequence.inputs
  g.op('Concat', parts, { axis }, node.outputs)
  return true
}
