/** What a method builds its nodes from. */
import type { MethodSettings } from '../report'
import type { GraphBuilder } from '../../onnx/builder'

/** A norm of G, or the magnitude of sum A o G. */
export type HeadScore = 'l1' | 'l2' | 'taylor'

export interface MethodContext {
  g: GraphBuilder
  layers: number
  /** Heads of a layer: H below, which may differ from layer to layer. */
  headsOf(layer: number): number
  tokens: number
  /** Whether A may be negative: rows are then divided by the sum of their absolute values. */
  signed: boolean
  settings: MethodSettings
  /** Token rows that the logits are read from. */
  readoutRows: number[]
  /** `[B, 1, 1, N]`: the share of each token row in the read-out, where every sample has rows of its own; null where all share `readoutRows`. */
  rowShares: (() => string) | null
  /** Token index of each patch. */
  patches: number[]
  /** A of a layer, `[B, H, N, N]`. */
  attention(layer: number): string
  /** G of a layer, `[B, H, N, N]`. */
  gradient(layer: number): string
  /** Head scores of a layer before normalisation, `[B, H]`. */
  score(kind: HeadScore, layer: number): string
  /** sum A o G of a layer's heads, `[B, H]`. */
  taylor(layer: number): string
}

/** Builds one relevance map, `[B, P]`. */
export type Method = (context: MethodContext) => string

/** The mean over the read-out rows as a row vector, `[1, 1, 1, N]` or `[B, 1, 1, N]`. */
export function readoutRow({ g, tokens, readoutRows, rowShares }: MethodContext): string {
  if (rowShares) return rowShares()
  const row = new Float32Array(tokens)
  for (const index of readoutRows) row[index] = 1 / readoutRows.length
  return g.constant(g.floats([1, 1, 1, tokens], row))
}

/** The patch columns of `[..., N]`, `axis` being the last axis. */
export function patchColumns({ g, tokens, patches }: MethodContext, value: string, axis: number): string {
  const start = patches[0]!
  const contiguous = patches.every((token, index) => token === start + index)
  if (contiguous && patches.length === tokens) return value
  if (contiguous) return g.slice(value, [start], [start + patches.length], [axis])
  return g.gather(value, g.ints(patches), axis)
}

/** `[B, 1, 1, N]` to the map `[B, P]`. */
export function toMap(context: MethodContext, row: string): string {
  return patchColumns(context, context.g.squeeze(row, [1, 2]), 1)
}

/** The rows of `[B, H, N, N]` that a read-out needs: `[B, H, rows, N]`. */
export function readoutRowsOf({ g, readoutRows, tokens, rowShares }: MethodContext, value: string): string {
  return rowShares || readoutRows.length === tokens ? value : g.gather(value, g.ints(readoutRows), 2)
}

/** The mean of such rows `[B, H, rows, M]`, over `axes` as well, of which the rows are axis 2. */
export function meanOfRows(
  { g, rowShares }: MethodContext,
  value: string,
  axes: readonly number[],
  keepDims: boolean,
): string {
  const read = rowShares ? g.matMul(rowShares(), value) : value
  // The last axis first: a mean of all values at once loses digits of single precision.
  return axes.toReversed().reduce((mean, axis) => g.mean(mean, [axis], keepDims), read)
}

/** A of a layer from the read-out rows to the patches, the rows averaged: `[B, H, P]`. */
export function readoutAttention(context: MethodContext, layer: number): string {
  const rows = readoutRowsOf(context, context.attention(layer))
  return meanOfRows(context, patchColumns(context, rows, 3), [2], false)
}
