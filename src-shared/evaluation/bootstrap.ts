/** Percentile bootstrap over images: every value of a table, and every difference of one, from the same resamples. */

export const RESAMPLES = 1000
const CONFIDENCE = 0.95

export interface Interval {
  mean: number
  low: number
  high: number
}

/** Which images stand in each resample: `[resamples][n]` places, drawn with replacement. */
export type Resamples = readonly Uint32Array[]

/** The same `n` gives the same resamples, so that differences are paired. */
export function resample(n: number, random: () => number, count = RESAMPLES): Resamples {
  return Array.from({ length: count }, () => Uint32Array.from({ length: n }, () => Math.floor(random() * n)))
}

/** Mean of the values that are there (NaN is none), with its 95 % interval; all NaN where none is. */
export function meanInterval(values: Float64Array, resamples: Resamples): Interval {
  const means = resamples.map((places) => meanAt(values, places)).filter((mean) => !Number.isNaN(mean))
  const sorted = Float64Array.from(means).sort()
  return {
    mean: meanAt(values),
    low: quantile(sorted, (1 - CONFIDENCE) / 2),
    high: quantile(sorted, (1 + CONFIDENCE) / 2),
  }
}

function meanAt(values: Float64Array, places?: Uint32Array): number {
  let [sum, count] = [0, 0]
  const n = places?.length ?? values.length
  for (let i = 0; i < n; i++) {
    const value = values[places === undefined ? i : places[i]!]!
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return sum / count
}

/** Between the two values of a sorted list that a share lies between, linearly; NaN of an empty one. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const [low, high] = [sorted[below]!, sorted[Math.ceil(position)]!]
  return low + (high - low) * (position - below)
}
