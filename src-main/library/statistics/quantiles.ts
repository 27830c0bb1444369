import { BINS } from '../columns/weight-codes'

/** The quantiles of HeadGroup.quantiles, in order. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const

/**
 * QUANTILES of `count` weights from their histogram over [0, 1], of which only the bins from `lowest` to `highest` are
 * filled. Linear inside the bin in which the cumulated count passes the quantile's share, so right to a bin's width.
 */
export function quantilesOf(bins: Uint32Array, lowest: number, highest: number, count: number): number[] {
  const quantiles: number[] = QUANTILES.map(() => NaN)
  let below = 0
  let row = 0
  for (let bin = lowest; bin <= highest; bin++) {
    const inBin = bins[bin]!
    if (inBin === 0) continue
    for (; row < QUANTILES.length; row++) {
      const wanted = QUANTILES[row]! * count
      if (below + inBin < wanted) break
      quantiles[row] = (bin + (wanted - below) / inBin) / BINS
    }
    below += inBin
  }
  return quantiles
}
