/**
 * Groups of operators that are differentiated as one. A gelu that the exporter wrote out has a shorter derivative than
 * its parts, and a backward pass that reads none of its inner values leaves ONNX Runtime free to fuse the forward one.
 */
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { GraphNode } from '../onnx/node'

/** The nodes with every written-out gelu, x/2 (1 + erf(x / sqrt 2)), as one Gelu; for reading, not for running. */
export function withComposites(graph: Graph, facts: Facts): GraphNode[] {
  const consumers = graph.consumers()
  const producers = graph.producers()
  const scalar = (name: string): number | undefined => {
    const constant = facts.get(name)?.constant
    return constant?.data.length === 1 ? Number(constant.data[0]) : undefined
  }
  /** The other operand of a node that has `value` as one of two. */
  const other = (node: GraphNode, value: string) => (node.inputs[0] === value ? node.inputs[1]! : node.inputs[0]!)
  const only = (value: string): GraphNode | undefined => {
    const readers = consumers.get(value) ?? []
    return readers.length === 1 && !graph.outputs.some(({ name }) => name === value) ? readers[0] : undefined
  }
  /** x, where `value` is x times `factor` (or divided by its inverse) and only one node reads it. */
  const unscaled = (value: string, factor: number): string | undefined => {
    const node = producers.get(value)
    if (!node || !only(value)) return undefined
    if (node.op === 'Div' && near(scalar(node.inputs[1]!), 1 / factor)) return node.inputs[0]
    if (node.op !== 'Mul') return undefined
    return node.inputs.find((input) => near(scalar(other(node, input)), factor))
  }

  const gelus = new Map<GraphNode, GraphNode>()
  const inner = new Set<GraphNode>()
  for (const erf of graph.nodes) {
    const x = erf.op === 'Erf' ? unscaled(erf.inputs[0]!, Math.SQRT1_2) : undefined
    const plusOne = x === undefined ? undefined : only(erf.outputs[0]!)
    if (x === undefined || plusOne?.op !== 'Add' || !near(scalar(other(plusOne, erf.outputs[0]!)), 1)) continue
    const first = only(plusOne.outputs[0]!)
    if (first?.op !== 'Mul') continue
    const factor = other(first, plusOne.outputs[0]!)
    const members = [producers.get(erf.inputs[0]!)!, erf, plusOne]
    let last: GraphNode | undefined
    if (unscaled(factor, 0.5) === x) {
      members.push(producers.get(factor)!)
      last = first
    } else if (factor === x || near(scalar(factor), 0.5)) {
      const second = only(first.outputs[0]!)
      const rest = second?.op === 'Mul' ? other(second, first.outputs[0]!) : undefined
      const complete = rest !== undefined && (factor === x ? near(scalar(rest), 0.5) : rest === x)
      if (!complete) continue
      members.push(first)
      last = second
    }
    if (!last) continue
    for (const member of members) inner.add(member)
    gelus.set(last, new GraphNode('Gelu', [x], last.outputs, [], '', last.name))
  }
  return graph.nodes.flatMap((node) => (inner.has(node) ? [] : [gelus.get(node) ?? node]))
}

function near(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) < 1e-6
}
