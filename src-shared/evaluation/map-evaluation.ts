import type { MethodId } from '@headlight/explain/methods'
import { BASELINE } from './against-rollout'
import { isControl, type MetricId } from './metrics'
import type { EvaluationSummary } from './summarise'

/** What an evaluation of maps says, as windows, figures and reports read it. */
export interface MapEvaluation {
  /** Images that could be read. */
  n: number
  /** Images that were asked for. */
  asked: number
  methods: MethodId[]
  /** Differences are those to plain rollout, to the controls, and of randomisation to its own controls. */
  summary: EvaluationSummary
  /** Metrics that were asked for and are defined for none of the images. */
  undefinedMetrics: MetricId[]
  /** Whether blocks whose weights were shuffled lie between residual sums; null where none were shuffled. */
  residual: boolean | null
}

/** Pairs that tables and sentences speak of; the others of thirty columns would cost most of the time. */
export function isCompared(earlier: string, later: string): boolean {
  if (later.includes(':')) return later.startsWith(`${earlier}:`)
  return earlier === BASELINE || later === BASELINE || isControl(later)
}
