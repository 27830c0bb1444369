/** Whether a method is told from plain rollout, the map that knows nothing of the class. */
import type { Interval } from './bootstrap'
import { type MetricId, MORE_IS_BETTER } from './metrics'
import type { EvaluationSummary } from './summarise'

export const BASELINE = 'rollout'

/** 'same': not told from it; the interval of the paired difference holds 0. */
export type Told = 'better' | 'worse' | 'same'

export interface AgainstRollout {
  told: Told
  /** The method less plain rollout, over the images that have both. */
  difference: Interval
}

/** Null for plain rollout itself, without it, and where fewer than two images have both. */
export function againstRollout(summary: EvaluationSummary, metric: MetricId, method: string): AgainstRollout | null {
  const difference = differenceOf(summary, metric, method, BASELINE)
  if (difference === null || Number.isNaN(difference.mean)) return null
  const [own, other] = [summary.metrics[metric]?.[method], summary.metrics[metric]?.[BASELINE]]
  if (!own || !other || Math.min(summary.n - own.missing, summary.n - other.missing) < 2) return null
  const { low, high } = difference
  if (low <= 0 && high >= 0) return { told: 'same', difference }
  return { told: low > 0 === MORE_IS_BETTER[metric] ? 'better' : 'worse', difference }
}

/** `a` less `b`, whichever stands first in tables; null where it was not worked out. */
function differenceOf({ differences }: EvaluationSummary, metric: string, a: string, b: string): Interval | null {
  const forward = differences[metric]?.[`${a}-${b}`]
  if (forward) return forward
  const backward = differences[metric]?.[`${b}-${a}`]
  return backward ? { mean: -backward.mean, low: -backward.high, high: -backward.low } : null
}
