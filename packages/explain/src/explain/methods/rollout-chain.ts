/**
 * Rollouts as chains of row vectors: only the read-out rows of R = M_L ... M_1 are wanted, so a vector is multiplied
 * from the last layer down to the first, and no N x N product is ever made.
 */
import { readoutRow, toMap, type MethodContext } from './context'

/** u = row / rowSums, with rows that sum to 0 staying 0 where that can happen. */
function divided({ g }: MethodContext, row: string, sums: string, canBeZero: boolean): string {
  if (!canBeZero) return g.div(row, sums)
  const positive = g.op('Greater', [sums, g.scalar(0)])
  return g.where(positive, g.div(row, g.where(positive, sums, g.scalar(1))), g.scalar(0))
}

/**
 * M = rown(sum_h w_h A_h + alpha I) for weights `[B, H, 1, 1]`; the heads are weighted after the product, one pass over A.
 */
export function weightedRollout(
  context: MethodContext,
  weights: (layer: number) => string,
  { alpha, firstLayer }: { alpha: number; firstLayer: number },
): string {
  const { g, layers, signed } = context
  if (signed) {
    const fused = (layer: number) => g.sum(g.mul(weights(layer), context.attention(layer)), [1], true)
    return signedRollout(context, fused, { alpha, firstLayer })
  }
  let row = readoutRow(context)
  for (let layer = layers - 1; layer >= firstLayer; layer--) {
    const attention = context.attention(layer)
    const w = weights(layer)
    // [B, H, N] as [B, H, 1, N]: the sum of row i stands at column i.
    const headSums = g.unsqueeze(g.sum(attention, [3], false), [2])
    const sums = g.add(g.sum(g.mul(w, headSums), [1], true), g.scalar(alpha))
    const u = divided(context, row, sums, alpha === 0)
    const passed = g.sum(g.mul(w, g.matMul(u, attention)), [1], true)
    row = alpha === 0 ? passed : g.add(passed, g.scale(u, alpha))
  }
  return toMap(context, row)
}

/** M = rown(F + alpha I) for fused maps F `[B, 1, N, N]` of any sign: rows are divided by the sum of their absolute values. */
function signedRollout(
  context: MethodContext,
  fused: (layer: number) => string,
  { alpha, firstLayer }: { alpha: number; firstLayer: number },
): string {
  const { g, layers, tokens } = context
  const identity = alpha === 0 ? null : g.constant(g.floats([tokens, tokens], diagonal(tokens, alpha)))
  let row = readoutRow(context)
  for (let layer = layers - 1; layer >= firstLayer; layer--) {
    const map = identity ? g.add(fused(layer), identity) : fused(layer)
    const sums = g.unsqueeze(g.reduce('ReduceL1', map, [3], false), [2])
    row = g.matMul(divided(context, row, sums, true), map)
  }
  return toMap(context, row)
}

function diagonal(size: number, value: number): Float32Array {
  const matrix = new Float32Array(size * size)
  for (let at = 0; at < size; at++) matrix[at * size + at] = value
  return matrix
}

/** M = rown(F + I) for fused maps F `[B, 1, N, N]`, which are negative only where A is. */
export function fusedRollout(context: MethodContext, fused: (layer: number) => string): string {
  const { g, layers, signed } = context
  if (signed) return signedRollout(context, fused, { alpha: 1, firstLayer: 0 })
  let row = readoutRow(context)
  for (let layer = layers - 1; layer >= 0; layer--) {
    const map = fused(layer)
    const sums = g.add(g.unsqueeze(g.sum(map, [3], false), [2]), g.scalar(1))
    const u = g.div(row, sums)
    row = g.add(g.matMul(u, map), u)
  }
  return toMap(context, row)
}

/** R <- R + F R, layers forward, for fused maps F `[B, 1, N, N]`. */
export function additiveRollout(context: MethodContext, fused: (layer: number) => string): string {
  const { g, layers } = context
  let row = readoutRow(context)
  for (let layer = layers - 1; layer >= 0; layer--) row = g.add(row, g.matMul(row, fused(layer)))
  return toMap(context, row)
}
