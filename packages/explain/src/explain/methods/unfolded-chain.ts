/**
 * Rollouts of attentions over windows, stages and pooled keys: the matrices of METHODS.md with zeros between windows, which are never
 * made. A row vector is gathered to the rows of each window, multiplied, and summed at the tokens that the columns are.
 */
import type { HeadScore } from './context'
import { TensorProto_DataType } from 'onnx-buf'
import { int64 } from '../../onnx/tensor'
import type { GraphBuilder } from '../../onnx/builder'
import type { MethodSettings } from '../report'
import type { ChainLayer, GatherSum, TokenChain } from '../token-chain'

export interface UnfoldedContext {
  g: GraphBuilder
  chain: TokenChain
  settings: MethodSettings
  /** The share of each token in the read-out behind the last layer, `[1, tokens]` or `[B, tokens]`. */
  shares(): string
  /** A of a layer, `[B, H, W, R, C]`: heads, windows, rows, columns. */
  attention(layer: ChainLayer): string
  /** G of a layer, likewise. */
  gradient(layer: ChainLayer): string
  /** `[B, H, 1, 1, 1]`: the score of a head over the sum of all in its layer or in the chain. */
  weights(score: HeadScore, layer: ChainLayer): string
}

/** Builds one relevance map, `[B, P]`. */
export type UnfoldedMethod = (context: UnfoldedContext) => string

export interface Rolled {
  /** 'normalised': rown(F + alpha I); 'additive': I + F; 'direct': F of the last layer alone. */
  kind: 'normalised' | 'additive' | 'direct'
  alpha: number
  firstLayer: number
  /** Whether entries of F may be negative. */
  signed: boolean
}

/** The map of fused matrices F `[B, W, R, C]`. */
export function unfolded(context: UnfoldedContext, fused: (layer: ChainLayer) => string, rolled: Rolled): string {
  const { g, chain } = context
  const last = chain.layers.at(-1)!
  let state = context.shares()
  let at = last
  const wanted = rolled.kind === 'direct' ? [last] : chain.layers.filter(({ layer }) => layer >= rolled.firstLayer)
  for (const layer of (wanted.length > 0 ? wanted : [last]).toReversed()) {
    state = wanted.length > 0 ? passed(g, layer, state, fused(layer), rolled) : gatherSum(g, state, layer.passed)
    at = layer
  }
  return g.gather(gatherSum(g, state, at.shown), g.ints(chain.geometry.patches), 1)
}

/** The same share for these tokens behind the last layer, `[1, tokens]`. */
export function equalShares(g: GraphBuilder, { tokens }: ChainLayer, readout: readonly number[]): string {
  const shares = new Float32Array(tokens)
  for (const place of readout) shares[place] = 1 / readout.length
  return g.constant(g.floats([1, tokens], shares))
}

/** The same share for every token whose row of G `[B, H, W, R, C]` is not 0 throughout, `[B, tokens]`. */
export function touchedShares(g: GraphBuilder, layer: ChainLayer, gradient: string): string {
  const { rows, shape, tokens } = layer
  if (!rows) return equalShares(g, { ...layer, tokens }, [0])
  const largest = g.reshape(g.reduce('ReduceMax', g.op('Abs', [gradient]), [1, 4], false), [
    -1,
    shape.windows * shape.rows,
  ])
  const touched = g.cast(g.op('Greater', [atTokens(g, largest, layer, rows), g.scalar(0)]), TensorProto_DataType.FLOAT)
  return g.div(touched, g.op('Max', [g.sum(touched, [1], true), g.scalar(1)]))
}

/** A row vector behind a layer as one before it. */
function passed(
  g: GraphBuilder,
  layer: ChainLayer,
  state: string,
  found: string,
  { kind, alpha, signed }: Rolled,
): string {
  const { rows, shape, site } = layer
  const { windows, rows: height, columns: width } = shape
  let map = withoutPadding(g, found, layer)
  if (!rows)
    return gatherSum(
      g,
      g.reshape(kind === 'normalised' ? divided(g, map, sumsOf(g, map)) : map, [-1, width]),
      toKeys(layer),
    )
  const diagonal = kind === 'normalised' && signed && site.mixed
  if (diagonal) map = g.add(map, g.constant(g.floats([height, width], identity(height, alpha))))
  let u = state
  if (kind === 'normalised') {
    const sums = diagonal ? g.reduce('ReduceL1', map, [3], false) : sumsOf(g, map)
    const own = atTokens(g, g.reshape(sums, [-1, windows * height]), layer, rows)
    u = divided(g, state, diagonal ? withIdentity(g, own, layer, rows, alpha) : g.add(own, g.scalar(alpha)))
  }
  const byRow = g.reshape(gatherPlaces(g, u, rows, layer.tokens), [-1, windows, 1, height])
  const seen = g.reshape(g.matMul(byRow, map), [-1, windows * width])
  const read = gatherSum(g, seen, toKeys(layer))
  if (kind === 'direct') return read
  const kept = kind === 'additive' ? u : g.scale(diagonal ? g.mul(u, others(g, layer, rows)) : u, alpha)
  if (kind === 'normalised' && alpha === 0) return read
  return g.add(read, gatherSum(g, kept, layer.passed))
}

const sumsOf = (g: GraphBuilder, map: string) => g.sum(map, [3], false)

/** From the columns of all windows to the tokens before the layer. */
function toKeys({ columns, read }: ChainLayer): GatherSum {
  const at = new Map<number, number[]>()
  columns.forEach((place, index) => {
    if (place >= 0) at.set(place, [...(at.get(place) ?? []), index])
  })
  return {
    from: columns.length,
    places: read.places.map((parts) =>
      parts.flatMap(({ index, weight }) => (at.get(index) ?? []).map((column) => ({ index: column, weight }))),
    ),
  }
}

/** `[.., from]` to `[.., places]`. */
export function gatherSum(g: GraphBuilder, vector: string, { from, places }: GatherSum): string {
  const most = places.reduce((max, parts) => Math.max(max, parts.length), 1)
  const plain = places.every((parts) => parts.length <= 1 && parts.every(({ weight }) => weight === 1))
  if (plain && places.length === from && places.every(([part], at) => part?.index === at)) return vector
  if (plain)
    return gatherPlaces(
      g,
      vector,
      Int32Array.from(places, ([part]) => part?.index ?? -1),
      from,
    )
  const indexes = places.flatMap((parts) => Array.from({ length: most }, (_, at) => parts[at]?.index ?? 0))
  const weights = places.flatMap((parts) => Array.from({ length: most }, (_, at) => parts[at]?.weight ?? 0))
  const gathered = g.gather(vector, g.constant(int64([places.length, most], indexes)), 1)
  return g.sum(g.mul(gathered, g.constant(g.floats([places.length, most], weights))), [2], false)
}

/** Entries of `[B, from]` at these places, 0 at -1. */
function gatherPlaces(g: GraphBuilder, vector: string, places: Int32Array, from: number): string {
  const missing = places.some((place) => place < 0)
  const padded = missing ? g.padAfter(vector, { axis: 1, count: 1, rank: 2 }) : vector
  const indexes = Array.from(places, (place) => (place < 0 ? from : place))
  return g.gather(padded, g.constant(int64([indexes.length], indexes)), 1)
}

/** A value of each row `[B, rows]` at the row's token `[B, tokens]`, 0 for a token that is not a row. */
function atTokens(g: GraphBuilder, value: string, { tokens }: ChainLayer, rows: Int32Array): string {
  const places = new Int32Array(tokens).fill(-1)
  rows.forEach((place, at) => {
    if (place >= 0) places[place] = at
  })
  return gatherPlaces(g, value, places, rows.length)
}

/** Sums of rows that hold the identity already; a token that is not a row has its identity alone. */
const withIdentity = (g: GraphBuilder, sums: string, layer: ChainLayer, rows: Int32Array, alpha: number) =>
  g.add(sums, g.mul(others(g, layer, rows), g.scalar(alpha)))

/** 1 for each token that is not a row, else 0. */
function others(g: GraphBuilder, { tokens }: ChainLayer, rows: Int32Array): string {
  const outside = new Float32Array(tokens).fill(1)
  for (const place of rows) if (place >= 0) outside[place] = 0
  return g.constant(g.floats([1, tokens], outside))
}

function withoutPadding(g: GraphBuilder, map: string, { columns, shape }: ChainLayer): string {
  if (columns.every((place) => place >= 0)) return map
  const mask = Float32Array.from(columns, (place) => (place < 0 ? 0 : 1))
  return g.mul(map, g.constant(g.floats([shape.windows, 1, shape.columns], mask)))
}

/** value / sums; 0 where the sum is 0. */
function divided(g: GraphBuilder, value: string, sums: string): string {
  const some = g.op('Greater', [sums, g.scalar(0)])
  return g.where(some, g.div(value, g.where(some, sums, g.scalar(1))), g.scalar(0))
}

function identity(size: number, value: number): Float32Array {
  const matrix = new Float32Array(size * size)
  for (let at = 0; at < size; at++) matrix[at * size + at] = value
  return matrix
}
