import { BINS, eachCount, type PackedCounts } from './histogram'

/** The quantiles of HeadGroup.quantiles, in order. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const

/**
 * Quantiles of every head from the histograms `[size, BINS]` over [0, 1], each of `count` weights: `[quantiles, size]`.
 * Linear inside the bin in which the cumulated count passes the quantile's share, so right to a bin's width.
 */
export function headQuantiles(histograms: PackedCounts, size: number, count: number): Float32Array {
  const quantiles = new Float32Array(QUANTILES.length * size).fill(NaN)
  let head = -1
  let below = 0
  let row = 0
  eachCount(histograms, (index, inBin) => {
    const bin = index % BINS
    const ofHead = (index - bin) / BINS
    if (ofHead !== head) {
      head = ofHead
      below = 0
      row = 0
    }
    for (; row < QUANTILES.length; row += 1) {
      const wanted = (QUANTILES[row] ?? 1) * count
      if (below + inBin < wanted) break
      quantiles[row * size + head] = (bin + (wanted - below) / inBin) / BINS
    }
    below += inBin
  })
  return quantiles
}
