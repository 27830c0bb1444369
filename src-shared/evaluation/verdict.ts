import { CONTROLS, type ControlId, type MetricId, MORE_IS_BETTER } from './metrics'
import type { EvaluationSummary } from './summarise'

/**
 * The controls that a method is not shown to beat in a metric: the interval of the paired difference holds 0, or lies on the wrong
 * side, or comes from a single image, which no resample varies.
 */
export function unbeaten(summary: EvaluationSummary, metric: MetricId, method: string): ControlId[] {
  return CONTROLS.filter((control) => {
    const difference = summary.differences[metric]?.[`${method}-${control}`]
    if (difference === undefined) return false
    if (ofOneImage(summary, metric, method)) return true
    return !(MORE_IS_BETTER[metric] ? difference.low > 0 : difference.high < 0)
  })
}

/** Whether a method's map of the model with shuffled weights is not shown to be less like its own than the next image's map is; likewise. */
export function survivesShuffling(summary: EvaluationSummary, metric: MetricId, method: string): boolean {
  const difference = summary.differences[metric]?.[`${method}-${method}:next`]
  if (difference === undefined) return false
  return ofOneImage(summary, metric, method) || !(difference.high < 0)
}

function ofOneImage({ n, metrics }: EvaluationSummary, metric: MetricId, method: string): boolean {
  return n - metrics[metric]![method]!.missing < 2
}
