/** Display scales: the range of raw values that the colormap covers. Maps themselves are stored unscaled. */
export const SCALE_IDS = ['minmax', 'percentile', 'shared'] as const
export type ScaleId = (typeof SCALE_IDS)[number]

export interface ScaleInfo {
  id: ScaleId
  name: string
  /** One sentence, shown beside the choice and named in exports. */
  meaning: string
}

export const DEFAULT_SCALE: ScaleId = 'minmax'

export const SCALES: Record<ScaleId, ScaleInfo> = {
  minmax: { id: 'minmax', name: 'Own range', meaning: 'Each map from its smallest to its largest value.' },
  percentile: {
    id: 'percentile',
    name: 'Own 2–98 %',
    meaning: 'Each map between its 2nd and 98th percentile, so that a single patch does not wash out the rest.',
  },
  shared: {
    id: 'shared',
    name: 'Shared range',
    meaning: 'One range for all maps of a view, from 0 to the 99.5th percentile of all values: brightness compares.',
  },
}

export interface ScaleRange {
  low: number
  high: number
}

const PERCENTILE_LOW = 0.02
const PERCENTILE_HIGH = 0.98
const SHARED_HIGH = 0.995

/** Smallest to largest value; `{ 0, 0 }` when empty. Values that are not finite are left out. */
export function minMax(values: Float32Array): ScaleRange {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? { low, high } : { low: 0, high: 0 }
}

/** The range between two quantiles (0 to 1), linearly interpolated between order statistics. */
export function quantileRange(values: Float32Array, low: number, high: number): ScaleRange {
  const sorted = values.filter(Number.isFinite).sort()
  return { low: quantile(sorted, low), high: quantile(sorted, high) }
}

/** The range of one map under its own scale. A percentile range that is empty falls back to min-max. */
export function ownRange(values: Float32Array, scale: Exclude<ScaleId, 'shared'>): ScaleRange {
  if (scale === 'minmax') return minMax(values)
  const range = quantileRange(values, PERCENTILE_LOW, PERCENTILE_HIGH)
  return range.high > range.low ? range : minMax(values)
}

/** One range for many maps, `[maps, patches]` flat: 0 (or the minimum, when negative) to the 99.5th percentile. */
export function sharedRange(values: Float32Array): ScaleRange {
  const all = minMax(values)
  const high = quantileRange(values, 0, SHARED_HIGH).high
  return { low: Math.min(0, all.low), high: high > 0 ? high : all.high }
}

/** A range symmetric around zero, for diverging colormaps. */
export function symmetricRange(values: Float32Array): ScaleRange {
  const { low, high } = minMax(values)
  const bound = Math.max(Math.abs(low), Math.abs(high))
  return { low: -bound, high: bound }
}

/** True when a map shows nothing: every value is the same, as in an all-zero map. */
export function isFlat(range: ScaleRange): boolean {
  return !(range.high > range.low)
}

function quantile(sorted: Float32Array, at: number): number {
  if (sorted.length === 0) return 0
  const position = at * (sorted.length - 1)
  const below = sorted[Math.floor(position)]!
  const above = sorted[Math.ceil(position)] ?? below
  return below + (above - below) * (position - Math.floor(position))
}
