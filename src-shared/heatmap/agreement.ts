/**
 * Agreement of two relevance maps over the same patches. Both measures depend on the order of the patches only, so that
 * maps of methods with different scales can be compared.
 */

/** The share of the patches that is the map's top. */
export const TOP_SHARE = 0.2

export interface MapAgreement {
  /** Spearman's rank correlation, -1 to 1. */
  spearman: number | null
  /** Intersection over union of the top 20 % of patches, 0 to 1. */
  topIou: number | null
}

/** Both measures; null where one is undefined, and for maps over different numbers of patches. */
export function mapAgreement(a: ArrayLike<number>, b: ArrayLike<number>): MapAgreement {
  if (a.length !== b.length) return { spearman: null, topIou: null }
  return { spearman: spearman(a, b), topIou: topIou(a, b) }
}

/**
 * Spearman's rho: Pearson's correlation of the ranks, ties having the mean of their ranks (as scipy.stats.spearmanr).
 * Null where it is undefined: fewer than two values, or all values of one map the same.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [x, y] = [ranks(a), ranks(b)]
  // The mean of ranks is the same with and without ties.
  const mean = (x.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - mean, y[i]! - mean]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return xx === 0 || yy === 0 ? null : Math.min(1, Math.max(-1, xy / Math.sqrt(xx * yy)))
}

/** Ranks from 1, smallest value first; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const result = new Float64Array(values.length)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) result[order[i]!] = (start + 1 + end) / 2
    start = end
  }
  return result
}

/**
 * Intersection over union of the patches that each map ranks highest. Null where a map has no top, all its values being
 * the same.
 */
export function topIou(a: ArrayLike<number>, b: ArrayLike<number>, share = TOP_SHARE): number | null {
  const [inA, inB] = [topPatches(a, share), topPatches(b, share)]
  if (!inA || !inB) return null
  let [both, either] = [0, 0]
  for (let i = 0; i < inA.length; i++) {
    both += inA[i]! & inB[i]!
    either += inA[i]! | inB[i]!
  }
  return both / either
}

/**
 * Marks (1) the patches with the highest values: the k largest, k = share of the patches, rounded, at least 1; all that
 * tie with the k-th are in. Null where all values are the same.
 */
export function topPatches(values: ArrayLike<number>, share = TOP_SHARE): Uint8Array | null {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0 || sorted[0] === sorted.at(-1)) return null
  const count = Math.max(1, Math.round(share * sorted.length))
  const minimum = sorted[sorted.length - count]!
  return Uint8Array.from(values, (value) => (value >= minimum ? 1 : 0))
}
