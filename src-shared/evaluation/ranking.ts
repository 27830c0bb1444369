/** Methods ordered by each metric, and how far the metrics agree on that order. */
import { ranks } from '@shared/heatmap/agreement'
import { type MetricId, MORE_IS_BETTER } from './metrics'
import type { EvaluationSummary } from './summarise'

/** One metric of each kind: five forms of one measurement would count five times. */
export const JUDGES = [
  'deletion_mean',
  'deletion_blur',
  'insertion_mean',
  'insertion_blur',
  'average_drop',
  'average_drop_black',
  'road_difference',
  'saco',
  'energy',
] as const satisfies readonly MetricId[]

/** By method, 1 for the best mean, ties sharing the mean of their ranks; null where one has no mean. */
export function ranksOf(summary: EvaluationSummary, metric: MetricId, methods: readonly string[]): number[] | null {
  const means = methods.map((method) => summary.metrics[metric]?.[method]?.mean ?? NaN)
  if (means.some(Number.isNaN)) return null
  return [...ranks(MORE_IS_BETTER[metric] ? means.map((mean) => -mean) : means)]
}

export interface Concordance {
  /** 0: no agreement at all; 1: the same order by every metric. NaN where all tie. */
  w: number
  metrics: MetricId[]
}

/** Kendall's W, corrected for ties, of the methods' ranks by `JUDGES`; null with fewer than two metrics or methods. */
export function concordance(summary: EvaluationSummary, methods: readonly string[]): Concordance | null {
  const judged = JUDGES.flatMap((metric) => {
    const given = ranksOf(summary, metric, methods)
    return given === null ? [] : [{ metric, given }]
  })
  if (judged.length < 2 || methods.length < 2) return null
  return { w: kendallW(judged.map(({ given }) => given)), metrics: judged.map(({ metric }) => metric) }
}

/**
 * Kendall's coefficient of concordance (Kendall, Babington Smith 1939), with the correction for ties.
 * @param given `[judges][items]`, ranks from 1
 */
export function kendallW(given: readonly (readonly number[])[]): number {
  const [m, n] = [given.length, given[0]!.length]
  const sums = Array.from({ length: n }, (_, item) => given.reduce((sum, judge) => sum + judge[item]!, 0))
  const mean = (m * (n + 1)) / 2
  const spread = sums.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const ties = given.reduce((sum, judge) => {
    const groups = Map.groupBy(judge, (rank) => rank).values()
    return sum + [...groups].reduce((all, { length }) => all + length ** 3 - length, 0)
  }, 0)
  const most = m ** 2 * (n ** 3 - n) - m * ties
  return most === 0 ? NaN : (12 * spread) / most
}
