import { type Interval, meanInterval, type Resamples } from './bootstrap'

/** Values of one metric, one a sample; NaN where a sample has none. */
export interface MetricValues {
  metric: string
  /** By the method or the control that they belong to, in the order of tables. */
  methods: { method: string; values: Float64Array }[]
}

export interface MethodSummary extends Interval {
  /** Samples without a value: the metric is not defined for them. */
  missing: number
}

/** `evaluate --json`. */
export interface EvaluationSummary {
  n: number
  metrics: Record<string, Record<string, MethodSummary>>
  /** By `METHOD-METHOD`, the earlier one less the later one, over the samples that have both. */
  differences: Record<string, Record<string, Interval>>
}

/** Means of every metric and method with intervals, and the paired differences of all pairs, or of those that are wanted. */
export function summarise(
  n: number,
  all: readonly MetricValues[],
  resamples: Resamples,
  isWanted: (earlier: string, later: string) => boolean = () => true,
): EvaluationSummary {
  const summary: EvaluationSummary = { n, metrics: {}, differences: {} }
  for (const { metric, methods } of all) {
    summary.metrics[metric] = Object.fromEntries(
      methods.map(({ method, values }) => {
        const missing = values.reduce((count, value) => count + Number(Number.isNaN(value)), 0)
        return [method, { ...meanInterval(values, resamples), missing }]
      }),
    )
    summary.differences[metric] = Object.fromEntries(
      methods.flatMap((earlier, at) =>
        methods.slice(at + 1).flatMap((later) => {
          if (!isWanted(earlier.method, later.method)) return []
          const pairs = earlier.values.map((value, i) => value - later.values[i]!)
          return [[`${earlier.method}-${later.method}`, meanInterval(pairs, resamples)] as const]
        }),
      ),
    )
  }
  return summary
}
