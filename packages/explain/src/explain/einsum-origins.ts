/** What the axes of an einsum's result are made of, and what the labels of its equation say. */
import type { GraphNode } from '../onnx/node'
import { kindOf, lengthOf, type AxisOrigins, type AxisPart, type Known } from './axis-parts'

/** The labels of each operand's axes and of the result's; an ellipsis stands for labels '0', '1', .., the last axis before it first. */
export function einsumLabels(
  node: GraphNode,
  ranks: readonly number[],
): { inputs: string[][]; output: string[] } | null {
  const [left = '', right] = node.stringAttr('equation', '').replaceAll(' ', '').split('->')
  const terms = left.split(',')
  if (right === undefined || terms.length !== ranks.length) return null
  const dots = Math.max(...terms.map((term, at) => (term.includes('...') ? ranks[at]! - (term.length - 3) : 0)))
  const spelled = (term: string, count: number) => {
    const [before, after] = term.split('...')
    const rest = Array.from({ length: count }, (_, at) => String(count - 1 - at))
    return after === undefined ? [...term] : [...before!, ...rest, ...after]
  }
  return {
    inputs: terms.map((term, at) => spelled(term, ranks[at]! - (term.length - 3))),
    output: spelled(right, dots),
  }
}

export function einsumOrigins(
  node: GraphNode,
  lengths: readonly number[],
  { facts, origins }: Known,
): AxisOrigins | null {
  const labels = einsumLabels(
    node,
    node.inputs.map((name) => facts.get(name)?.dims.length ?? 0),
  )
  if (!labels) return null
  const found = new Map<string, AxisPart[]>()
  const summed: AxisPart[] = []
  node.inputs.forEach((name, operand) => {
    origins.get(name)?.forEach((parts, axis) => {
      const label = labels.inputs[operand]![axis]!
      if (!found.has(label) || lengthOf(found.get(label)!) === 1) found.set(label, parts)
      if (!labels.output.includes(label)) summed.push(...parts)
    })
  })
  return labels.output.map((label, axis) => {
    const parts = found.get(label)
    const size = lengths[axis]!
    if (parts && lengthOf(parts) === size) return parts
    return size === 1 ? [] : [{ of: kindOf(summed), size }]
  })
}
