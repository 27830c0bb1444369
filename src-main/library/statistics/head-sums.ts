import type { HeadGroup } from '@shared/api'
import type { PackedCounts } from './histogram'
import { headQuantiles } from './quantiles'

/** Sums over the head weights of a group of samples; arrays are `[layers, heads]`. */
export interface HeadSums {
  count: number
  sums: Float64Array
  squares: Float64Array
  /** Samples in which the head ranks first in its layer. */
  firsts: Float64Array
}

/** Running statistics as they are stored: sums, and the histograms `[layers, heads, BINS]`. */
export interface PackedHeads extends HeadSums {
  histogram: PackedCounts
}

export function noSums(size: number): HeadSums {
  return { count: 0, sums: new Float64Array(size), squares: new Float64Array(size), firsts: new Float64Array(size) }
}

/** Adds one sample's weights `[layers, heads]`. Of equal weights the first head ranks first. */
export function addWeights(into: HeadSums, weights: Float64Array, heads: number): void {
  into.count += 1
  let first = 0
  for (let i = 0; i < weights.length; i += 1) {
    const w = weights[i] ?? NaN
    increase(into.sums, i, w)
    increase(into.squares, i, w * w)
    if (i % heads === 0 || w > (weights[first] ?? NaN)) first = i
    if (i % heads === heads - 1) increase(into.firsts, first, 1)
  }
}

export function addSums(into: HeadSums, other: HeadSums): void {
  into.count += other.count
  for (const name of ['sums', 'squares', 'firsts'] as const) {
    other[name].forEach((value, i) => increase(into[name], i, value))
  }
}

/** Means, deviations (n - 1; NaN for a single sample), quantiles and shares of first ranks. */
export function summarise(
  key: string,
  name: string,
  { count, sums, squares, firsts, histogram }: PackedHeads,
): HeadGroup {
  const mean = sums.map((sum) => sum / count)
  const std = squares.map((sum, i) => {
    const spread = Math.max(0, sum - count * (mean[i] ?? NaN) ** 2)
    return count > 1 ? Math.sqrt(spread / (count - 1)) : NaN
  })
  return {
    key,
    name,
    count,
    mean: Float32Array.from(mean),
    std: Float32Array.from(std),
    quantiles: headQuantiles(histogram, sums.length, count),
    topShare: Float32Array.from(firsts, (first) => first / count),
  }
}

function increase(values: Float64Array, index: number, by: number): void {
  values[index] = (values[index] ?? 0) + by
}
