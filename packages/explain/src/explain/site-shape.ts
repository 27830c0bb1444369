/** How the matrices of one attention lie in their value: which axes are heads, windows and pictures, in which order. */
import { HeadlightError } from '../errors'
import type { GraphBuilder } from '../onnx/builder'
import type { Facts, ValueFacts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'
import { BATCH, lengthsOf, type AxisOrigins, type AxisPart } from './axis-parts'
import { einsumLabels } from './einsum-origins'
import { normOver } from './norms'
import type { SiteKind, SiteReport } from './report'

/** An axis of A taken apart: the factors of every axis of its value, the slowest first. */
export interface SitePart {
  of: 'batch' | 'window' | 'head' | 'row' | 'column'
  /** For one picture. */
  size: number
}

export interface SiteShape {
  parts: SitePart[]
  rows: number
  columns: number
  windows: number
  heads: number
  kind: SiteKind
}

/** A, and the product in which it multiplies V along `tokenAxis`. */
export interface MatrixUse {
  /** A: the softmax's output, or what is made of it where heads are mixed after the softmax. */
  value: string
  /** The values that V is, as the product reads it. */
  values: string
  /** The axis of V that A's columns run along. */
  tokenAxis: number
  products: GraphNode[]
  /** The softmax, by whose name the attention is called. */
  node: GraphNode
}

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** The shape of an attention's value. Throws 'unsupported-model' where its heads cannot be told from windows. */
export function shapeOf(site: MatrixUse, facts: Facts, origins: ReadonlyMap<string, AxisOrigins>): SiteShape {
  const axes = origins.get(site.value)
  const lengths = lengthsOf(facts.get(site.value)!)
  if (!axes) {
    throw refuse(
      `Headlight cannot tell which axis of the attention of node '${site.node.label}' holds its heads: its shape for one picture is [${facts.get(site.value)!.dims.join(', ')}], and the operators before it are not ones whose axes it can follow.`,
    )
  }
  if (axes.flat().some(({ of }) => of === 'view')) {
    throw refuse(
      `The model looks at several views of each picture in one batch (as test-time averaging does, seen at the attention of node '${site.node.label}'): their heads are not heads of one layer. Export the model for one view.`,
    )
  }
  const [row, column] = matrixAxes(site, facts)
  const parts = axes.flatMap((own, axis) => {
    if (axis === row || axis === column) return rowsOf(own, axis === row ? 'row' : 'column', lengths[axis]!)
    return own.filter(({ size }) => size > 1).map(partOf)
  })
  const product = (wanted: SitePart['of']) =>
    parts.reduce((total, { of, size }) => (of === wanted ? total * size : total), 1)
  const sizes = {
    rows: product('row'),
    columns: product('column'),
    windows: product('window'),
    heads: product('head'),
  }
  return { parts, ...sizes, kind: kindOf(sizes, origins.get(site.values)?.[site.tokenAxis] ?? axes[column]!) }
}

const partOf = ({ of, size }: AxisPart): SitePart =>
  of === 'batch' ? { of, size: size / BATCH } : { of: of === 'channel' ? 'head' : 'window', size }

/** A matrix's own axis; pictures may lie beside it where one matrix mixes all of a batch. */
function rowsOf(own: readonly AxisPart[], of: 'row' | 'column', length: number): SitePart[] {
  if (own.every((part) => part.of !== 'batch')) return [{ of, size: length }]
  return own.map((part) => (part.of === 'batch' ? partOf(part) : { of, size: part.size }))
}

function kindOf({ rows, columns, windows }: Omit<SiteShape, 'parts' | 'kind' | 'heads'>, summed: AxisPart[]): SiteKind {
  const wide = summed.filter(({ size }) => size > 1)
  if (wide.length > 0 && wide.every(({ of }) => of === 'channel')) return 'channel'
  if (rows === 1 && columns > 1) return 'class'
  if (windows > 1) return 'window'
  return rows === columns ? 'global' : 'pooled'
}

/** The axes of the rows and columns of A: the last two, unless an einsum says otherwise. */
export function matrixAxes({ value, values, products }: MatrixUse, facts: Facts): [row: number, column: number] {
  const rank = facts.get(value)!.dims.length
  const product = products.find(({ op, inputs }) => op === 'Einsum' && inputs.includes(value))
  const side = product?.inputs.indexOf(value) ?? -1
  const labels =
    product &&
    einsumLabels(
      product,
      product.inputs.map((name) => facts.get(name)!.dims.length),
    )
  if (!labels || product.inputs[1 - side] !== values) return [rank - 2, rank - 1]
  const [own, others] = [labels.inputs[side]!, labels.inputs[1 - side]!]
  const column = own.findIndex((label) => others.includes(label) && !labels.output.includes(label))
  const row = own.findLastIndex((label) => !others.includes(label) && labels.output.includes(label))
  return row >= 0 && column >= 0 ? [row, column] : [rank - 2, rank - 1]
}

/** `[B, heads]`: a norm of everything that belongs to a picture and a head, of a value in the site's shape. */
export function scoreOf(g: GraphBuilder, shape: SiteShape, value: string, norm: 'l1' | 'l2'): string {
  return overHeads(g, shape, value, (apart, axes) => normOver(g, apart, axes, norm))
}

/** `[B, heads]`: what `reduce` makes of everything that belongs to a picture and a head, of a value whose axes have these parts. */
export function overHeads(
  g: GraphBuilder,
  { parts, heads }: Pick<SiteShape, 'parts' | 'heads'>,
  value: string,
  reduce: (value: string, axes: number[]) => string,
): string {
  const apart = g.reshape(value, splitDims(parts))
  const summed = parts.flatMap(({ of }, axis) => (of === 'batch' || of === 'head' ? [] : [axis]))
  const score = reduce(apart, summed)
  const kept = parts.filter((_, axis) => !summed.includes(axis))
  const batch = kept.findIndex(({ of }) => of === 'batch')
  const order = [batch, ...kept.keys()].filter((axis, at, all) => axis >= 0 && all.indexOf(axis) === at)
  const first = order.every((axis, at) => axis === at) ? score : g.transpose(score, order)
  return g.reshape(first, [-1, heads])
}

/** A value in the site's shape with the batch first, as it is where it lies so already; and how many axes it has. */
export function batchFirst(
  g: GraphBuilder,
  { parts }: SiteShape,
  value: string,
  { dims }: ValueFacts,
): { value: string; rank: number } {
  const batch = parts.findIndex(({ of }) => of === 'batch')
  if (batch <= 0) return { value, rank: dims.length }
  const order = [batch, ...[...parts.keys()].filter((axis) => axis !== batch)]
  return { value: g.transpose(g.reshape(value, splitDims(parts)), order), rank: parts.length }
}

/** `[B, heads, windows, rows, columns]` of a value in the site's shape. */
export function byWindow(g: GraphBuilder, { parts, heads, windows, rows, columns }: SiteShape, value: string): string {
  const places = (['batch', 'head', 'window', 'row', 'column'] as const).flatMap((wanted) =>
    [...parts.keys()].filter((axis) => parts[axis]!.of === wanted),
  )
  const inOrder = places.every((axis, at) => axis === at)
  const sorted = inOrder ? value : g.transpose(g.reshape(value, splitDims(parts)), places)
  return g.reshape(sorted, [-1, heads, windows, rows, columns])
}

const splitDims = (parts: readonly SitePart[]) => parts.map(({ of, size }) => (of === 'batch' ? -1 : size))

/** Where the entries of each head lie in a value of one picture. */
export function headEntries({ parts, heads }: SiteShape): Int32Array[] {
  const total = parts.reduce((product, { size }) => product * size, 1)
  const entries = Array.from({ length: heads }, () => new Int32Array(total / heads))
  const filled = new Int32Array(heads)
  for (let at = 0; at < total; at++) {
    let [rest, head, stride] = [at, 0, 1]
    for (let axis = parts.length - 1; axis >= 0; axis--) {
      const { of, size } = parts[axis]!
      if (of === 'head') {
        head += (rest % size) * stride
        stride *= size
      }
      rest = Math.floor(rest / size)
    }
    entries[head]![filled[head]!++] = at
  }
  return entries
}

/** Whether the pictures of a batch lie one behind the other, each as a whole, along the batch axis of a value. */
export function isBatchMajor(facts: Facts, origins: ReadonlyMap<string, AxisOrigins>, value: string): boolean {
  const { batchAxis } = facts.get(value)!
  if (batchAxis === null) return true
  return origins.get(value)?.[batchAxis]?.find(({ size }) => size > 1)?.of === 'batch'
}

/** What a report says of the attentions of each layer. */
export function describeSites(layers: readonly { heads: number; tokens: number; shape?: SiteShape }[][]): SiteReport[] {
  return layers.flatMap((sites, layer) =>
    sites.map(({ heads, tokens, shape }) => {
      const { rows, columns, windows, kind } = shape ?? {
        rows: tokens,
        columns: tokens,
        windows: 1,
        kind: 'global' as const,
      }
      return { layer, heads, rows, columns, windows, kind }
    }),
  )
}
