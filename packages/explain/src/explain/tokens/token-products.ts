/** Products: with weights, of queries and keys, and of an attention matrix with its values. */
import type { GraphNode } from '../../onnx/node'
import { einsumLabels } from '../einsum-origins'
import type { FlowState, Tokens } from './token-state'
import { summed } from './token-mixing'
import { sameField, transposed, type TokenField } from './token-field'

/** The names of each operand's axes and of the result's; an axis that the result has not is summed. */
interface Axes {
  operands: string[][]
  result: string[]
}

/** The tokens of a MatMul, Gemm or Einsum; null where its axes are not known. */
export function contracted(node: GraphNode, _output: string, state: FlowState): Tokens | null {
  const axes = axesOf(node, state)
  if (!axes) return null
  const site = state.siteOf.get(node)
  const read = node.inputs.slice(0, axes.operands.length).map((name) => {
    const tokens = state.of.get(name)
    return tokens && !('lost' in tokens) ? tokens : []
  })
  if (site && site.shape?.kind !== 'channel') {
    const values = node.inputs.indexOf(site.values)
    return attended(node, axes, read, 1 - values)
  }
  const both = read.filter((fields) => fields.length > 0).length > 1
  const results = read.map((fields, operand) =>
    fields.flatMap((field) => throughProduct(field, axes.operands[operand]!, axes.result, both ? null : state) ?? []),
  )
  const sided = results.filter((fields) => fields.length > 0)
  if (sided.length < 2) return sided[0] ?? []
  return results.flatMap((fields, operand) =>
    fields.map((field) => ({ ...field, side: `${field.side}${operand === 0 ? 'L' : 'R'}` })),
  )
}

/** A V: the tokens of A's rows. Lost where the values are other tokens than those that A's columns stand for. */
function attended(node: GraphNode, axes: Axes, read: TokenField[][], matrix: number): Tokens {
  const [own, others] = [axes.operands[matrix]!, axes.operands[1 - matrix]!]
  const column = own.findIndex((name) => others.includes(name) && !axes.result.includes(name))
  const { rows, columns } = sidesOf(read[matrix]!, column)
  const values = read[1 - matrix]![0]
  if (columns && values && !sameField(onAxes(columns, own, own), onAxes(values, others, own))) {
    return { lost: `The keys and the values of node '${node.label}' are not the same tokens.` }
  }
  return rows ? [{ ...onAxes(rows, own, axes.result), side: '' }] : []
}

/** The tokens of an attention matrix's rows, none where its queries are not tokens, and of its columns. */
export function sidesOf(
  fields: readonly TokenField[],
  column: number,
): { rows: TokenField | undefined; columns: TokenField | undefined } {
  if (fields.length < 2) return { rows: undefined, columns: fields[0] }
  const [left, right] = fields as [TokenField, TokenField]
  const turned = left.dims[column]! > 1 && right.dims[column] === 1
  return turned ? { rows: right, columns: left } : { rows: left, columns: right }
}

/** A field on the axes of another value: axes that it has not have length 1. */
function onAxes(field: TokenField, from: readonly string[], to: readonly string[]): TokenField {
  const kept = to.filter((name) => from.includes(name) && field.dims[from.indexOf(name)]! > 1)
  const order = [...kept.map((name) => from.indexOf(name))]
  const rest = from.map((_, axis) => axis).filter((axis) => !order.includes(axis))
  const { labels } = transposed(field, [...order, ...rest])
  return { ...field, labels, dims: to.map((name) => (kept.includes(name) ? field.dims[from.indexOf(name)]! : 1)) }
}

/** A field behind a product; with weights, places that are summed are mixed; with another value no token stands for them: null. */
function throughProduct(
  field: TokenField,
  own: readonly string[],
  result: readonly string[],
  weights: FlowState | null,
): TokenField | null {
  const gone = own.flatMap((name, axis) => (result.includes(name) ? [] : [axis]))
  const mixes = gone.some((axis) => field.dims[axis]! > 1)
  if (mixes && !weights) return null
  return onAxes(mixes ? summed(weights!.spaces, field, gone) : field, own, result)
}

function axesOf(node: GraphNode, { dims }: FlowState): Axes | null {
  const ranks = node.inputs.map((name) => dims(name).length)
  if (node.op === 'Einsum') {
    const labels = einsumLabels(node, ranks)
    return labels && { operands: labels.inputs, result: labels.output }
  }
  const [first, second] = ranks as [number, number]
  if (node.op === 'Gemm') {
    const turned = (names: string[], attribute: string) =>
      node.intAttr(attribute, 0) === 1 ? names.toReversed() : names
    return { operands: [turned(['m', 'k'], 'transA'), turned(['k', 'n'], 'transB')], result: ['m', 'n'] }
  }
  if (first < 2 || second < 2) return null
  const batch = (rank: number) => Array.from({ length: rank - 2 }, (_, axis) => `b${rank - 2 - axis}`)
  return {
    operands: [
      [...batch(first), 'm', 'k'],
      [...batch(second), 'k', 'n'],
    ],
    result: [...batch(Math.max(first, second)), 'm', 'n'],
  }
}
