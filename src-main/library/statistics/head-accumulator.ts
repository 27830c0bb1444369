import type { HeadGroup } from '@shared/api'
import { BINS, binOf, packCounts, quantileOf, unpackCounts } from './histogram'

/** The quantiles of HeadGroup.quantiles, in order. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const

/** Running statistics as they are stored. */
export interface PackedHeads {
  count: number
  sums: Float64Array
  squares: Float64Array
  firsts: Float64Array
  histogram: Buffer
}

/** Running statistics of head weights over one group of samples; arrays are `[layers, heads]`. */
export class HeadAccumulator {
  private count = 0
  private readonly sums: Float64Array
  private readonly squares: Float64Array
  private readonly firsts: Float64Array
  /** `[layers, heads, BINS]` */
  private readonly histogram: Uint32Array

  constructor(
    layers: number,
    private readonly heads: number,
  ) {
    this.sums = new Float64Array(layers * heads)
    this.squares = new Float64Array(layers * heads)
    this.firsts = new Float64Array(layers * heads)
    this.histogram = new Uint32Array(layers * heads * BINS)
  }

  /** Adds one sample's weights `[layers, heads]`. Of equal weights the first head ranks first. */
  add(weights: Float64Array): void {
    this.count += 1
    let first = 0
    for (let i = 0; i < weights.length; i += 1) {
      const w = weights[i] ?? NaN
      increase(this.sums, i, w)
      increase(this.squares, i, w * w)
      increase(this.histogram, i * BINS + binOf(w), 1)
      if (i % this.heads === 0 || w > (weights[first] ?? NaN)) first = i
      if (i % this.heads === this.heads - 1) increase(this.firsts, first, 1)
    }
  }

  /** Adds what was stored before. */
  merge(packed: PackedHeads): void {
    this.count += packed.count
    packed.sums.forEach((value, i) => increase(this.sums, i, value))
    packed.squares.forEach((value, i) => increase(this.squares, i, value))
    packed.firsts.forEach((value, i) => increase(this.firsts, i, value))
    unpackCounts(packed.histogram, this.histogram)
  }

  pack(): PackedHeads {
    return {
      count: this.count,
      sums: this.sums,
      squares: this.squares,
      firsts: this.firsts,
      histogram: packCounts(this.histogram),
    }
  }

  /** Means, deviations (n - 1; NaN for a single sample), quantiles and shares of first ranks. */
  group(key: string, name: string): HeadGroup {
    const size = this.sums.length
    const n = this.count
    const mean = new Float32Array(size)
    const std = new Float32Array(size)
    const topShare = new Float32Array(size)
    const quantiles = new Float32Array(QUANTILES.length * size)
    for (let i = 0; i < size; i += 1) {
      const average = (this.sums[i] ?? NaN) / n
      const spread = Math.max(0, (this.squares[i] ?? NaN) - n * average * average)
      mean[i] = average
      std[i] = n > 1 ? Math.sqrt(spread / (n - 1)) : NaN
      topShare[i] = (this.firsts[i] ?? NaN) / n
      const bins = this.histogram.subarray(i * BINS, (i + 1) * BINS)
      QUANTILES.forEach((q, row) => (quantiles[row * size + i] = quantileOf(bins, q)))
    }
    return { key, name, count: n, mean, std, quantiles, topShare }
  }
}

function increase(values: Float64Array | Uint32Array, index: number, by: number): void {
  values[index] = (values[index] ?? 0) + by
}
