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
    let place = 0
    let largest = -1
    for (let head = 0; head < heads; head++) {
      const magnitude = Math.abs(columns[head]![i]!)
      if (magnitude > largest) {
        place = head
        largest = magnitude
      }
    }
    firsts[place]!++
  }
  group.count = count
  const bins = new Uint32Array(BINS)
  columns.forEach((column, head) => describe(group, first + head, column, firsts[head]! / count, bins))
}

/** Loops by index: there may be millions of values, and an array of those that are present would take longer than all of this. */
function describe(group: HeadGroup, index: number, column: Float32Array, topShare: number, bins: Uint32Array): void {
  let [count, sum, least, greatest] = [0, 0, Infinity, -Infinity]
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    if (Number.isNaN(value)) continue
    count++
    sum += value
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  const mean = sum / count
  const range = greatest - least
  bins.fill(0)
  let squares = 0
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    if (Number.isNaN(value)) continue
    squares += (value - mean) * (value - mean)
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
