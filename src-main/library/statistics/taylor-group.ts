import type { HeadGroup } from '@shared/api'
import { BINS } from '../columns/weight-codes'
import { QUANTILES, quantilesOf } from './quantiles'

/**
 * Adds a layer of sum A o G to the statistics of a group, whose samples lie from `start` to `end` of `[heads, n]`: mean, deviation,
 * quantiles right to 1 / 1,024 of the range from the least to the greatest, and the share of samples in which a head's
 * magnitude is the layer's largest.
 */
export function addTaylor(
  group: HeadGroup,
  { values, heads, first }: { values: Float32Array; heads: number; first: number },
  { start, end }: { start: number; end: number },
): void {
  const n = values.length / heads
  const columns = Array.from({ length: heads }, (_, head) => values.subarray(head * n + start, head * n + end))
  const firsts = new Uint32Array(heads)
  let count = 0
  for (let i = 0; i < end - start; i++) {
    if (Number.isNaN(columns[0]![i]!)) continue
    count++
    let largest = 0
    for (let head = 1; head < heads; head++)
      if (Math.abs(columns[head]![i]!) > Math.abs(columns[largest]![i]!)) largest = head
    firsts[largest]!++
  }
  group.count = count
  columns.forEach((column, head) => describe(group, first + head, column, firsts[head]! / count))
}

function describe(group: HeadGroup, index: number, column: Float32Array, topShare: number): void {
  const present = column.filter((value) => !Number.isNaN(value))
  const count = present.length
  let [sum, least, greatest] = [0, Infinity, -Infinity]
  for (const value of present) {
    sum += value
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  const mean = sum / count
  const range = greatest - least
  const bins = new Uint32Array(BINS)
  let squares = 0
  for (const value of present) {
    squares += (value - mean) ** 2
    bins[range === 0 ? 0 : Math.min(BINS - 1, Math.floor(((value - least) / range) * BINS))]!++
  }
  group.mean[index] = mean
  group.std[index] = count > 1 ? Math.sqrt(squares / (count - 1)) : NaN
  group.topShare[index] = topShare
  const quantiles = range === 0 ? QUANTILES.map(() => 0) : quantilesOf(bins, 0, BINS - 1, count)
  quantiles.forEach((share, row) => {
    group.quantiles[row * group.mean.length + index] = least + share * range
  })
}
