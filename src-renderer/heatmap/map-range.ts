import { type ScaleId, type ScaleRange, ownRange } from '@shared/heatmap/scale'
import type { RelevanceMap } from '../api/sample-queries'

const UNKNOWN: ScaleRange = { low: 0, high: 0 }

/** The values that span the colours of one map: its own, or the shared ones as soon as they are known. */
export function mapRange(map: RelevanceMap | null, scale: ScaleId, shared: ScaleRange | null): ScaleRange {
  if (!map) return UNKNOWN
  return scale === 'shared' ? (shared ?? UNKNOWN) : ownRange(map.values, scale)
}
