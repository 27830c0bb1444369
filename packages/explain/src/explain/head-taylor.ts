/**
 * sum A o G of every head, without a pass over N x N: a product O = A V is linear in A, so that the sum is that of O o dO,
 * where dO is the gradient that arrives at the product. It is d y / d g of a gate g on the head's output.
 */
import type { GraphBuilder } from '../onnx/builder'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import type { AttentionSite } from './attention-sites'
import { einsumLabels } from './einsum-origins'
import { overHeads } from './site-shape'

/** A product that a matrix is read by, with the axes of its output that the matrix's own axes before rows and columns are. */
interface HeadProduct {
  output: string
  rank: number
  lead: number[]
}

/** Operators that keep every entry, or leave rows out, and say nothing else of a matrix. */
const KEEPING = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Gather', 'Transpose'])
/** Operators whose outputs have no gradient. */
const FLAT = new Set(['IsNaN', 'IsInf', 'Shape'])

/**
 * Everything that reads the site's matrix, as products; null where something else reads it, or where heads are not axes of
 * their own of what they give. Call before the backward pass is appended.
 */
export function headProducts(graph: Graph, facts: Facts, { value, shape }: AttentionSite): HeadProduct[] | null {
  if (shape && !rowsAndColumnsLast(shape.parts.map(({ of }) => of))) return null
  const consumers = graph.consumers()
  const products: HeadProduct[] = []
  const open = [value]
  for (const matrix of open) {
    for (const reader of consumers.get(matrix) ?? []) {
      if (FLAT.has(reader.op)) continue
      if (reader.op === 'MatMul' || reader.op === 'Einsum') {
        const product = productOf(reader, matrix, facts)
        if (product === null) return null
        products.push(product)
      } else if (keepsMatrices(reader, matrix, facts)) open.push(reader.outputs[0]!)
      else return null
    }
  }
  return products
}

/** `[B, heads]` of a site: the sum over its products of O o dO. `gradientOf` gives null for a value that no gradient reaches. */
export function taylorOfProducts(
  g: GraphBuilder,
  { heads, shape }: AttentionSite,
  products: readonly HeadProduct[],
  gradientOf: (value: string) => string | null,
): string | null {
  const sums = products.flatMap(({ output, rank, lead }) => {
    const gradient = gradientOf(output)
    if (gradient === null) return []
    const inner = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !lead.includes(axis))
    const sum = sumOver(g, g.mul(output, gradient), inner)
    const places = lead.map((axis) => lead.filter((other) => other < axis).length)
    return [places.every((place, at) => place === at) ? sum : g.transpose(sum, places)]
  })
  if (sums.length === 0) return null
  const sum = sums.reduce((all, one) => g.add(all, one))
  if (!shape) return g.reshape(sum, [-1, heads])
  return overHeads(g, { heads, parts: shape.parts.slice(0, -2) }, sum, (value, axes) => sumOver(g, value, axes))
}

/** The same from A and G themselves, both in the site's own shape. */
export function taylorOfMatrices(g: GraphBuilder, { heads, tokens, shape }: AttentionSite, product: string): string {
  if (shape) return overHeads(g, shape, product, (value, axes) => sumOver(g, value, axes))
  return sumOver(g, g.reshape(product, [-1, heads, tokens, tokens]), [2, 3])
}

/** One axis after the other from the last: see `normOver`. */
function sumOver(g: GraphBuilder, value: string, axes: readonly number[]): string {
  return axes.toSorted((a, b) => b - a).reduce((sum, axis) => g.sum(sum, [axis], false), value)
}

function rowsAndColumnsLast(parts: readonly string[]): boolean {
  const isInner = (of: string) => of === 'row' || of === 'column'
  return parts.slice(-2).every(isInner) && !parts.slice(0, -2).some(isInner)
}

/** Whether an operator's output has the same matrices one after the other, each with all or some of its rows and columns. */
function keepsMatrices(node: GraphNode, matrix: string, facts: Facts): boolean {
  const [from, to] = [facts.get(matrix), facts.get(node.outputs[0]!)]
  if (!KEEPING.has(node.op) || node.inputs[0] !== matrix || !from || !to) return false
  const rank = from.dims.length
  if (node.op === 'Gather') return wrap(node.intAttr('axis', 0), rank) >= rank - 2 && to.dims.length === rank
  if (node.op === 'Transpose') {
    const perm = node.intsAttr('perm')
    return perm !== undefined && perm.slice(0, -2).every((axis, at) => axis === at)
  }
  return to.dims.slice(-2).join() === from.dims.slice(-2).join()
}

function productOf(node: GraphNode, matrix: string, facts: Facts): HeadProduct | null {
  const side = node.inputs.indexOf(matrix)
  const [own, out] = [facts.get(matrix), facts.get(node.outputs[0]!)]
  if (node.inputs.length !== 2 || node.inputs[1 - side] === matrix || !own || !out) return null
  const [rank, output] = [out.dims.length, node.outputs[0]!]
  if (node.op === 'MatMul') {
    const lead = Array.from({ length: rank - 2 }, (_, axis) => axis)
    const alike = own.dims.length === rank && lead.every((axis) => own.dims[axis] === out.dims[axis])
    return alike && own.batchAxis === out.batchAxis ? { output, rank, lead } : null
  }
  const labels = einsumLabels(
    node,
    node.inputs.map((name) => facts.get(name)?.dims.length ?? 0),
  )
  const lead = labels?.inputs[side]?.slice(0, -2).map((label) => labels.output.indexOf(label))
  if (!lead || lead.some((axis, at) => axis < 0 || out.dims[axis] !== own.dims[at])) return null
  return { output, rank, lead }
}

const wrap = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis)
