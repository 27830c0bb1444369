import type {
  Confusion,
  HeadAttention,
  HeadDifference,
  HeadGrouping,
  HeadNumber,
  HeadStatistics,
  LocalisationDifference,
  LocalisationScore,
} from '@shared/api'
import type { Abortable } from '../../process'

/** Numbers about many samples of a run (docs/STATISTICS.md). */
export interface StatisticsApi {
  heads(
    input: { runId: number; by: HeadGrouping; filter: string; norm: HeadNumber },
    options?: Abortable,
  ): Promise<HeadStatistics>
  /** Head weights, or sum A o G, of two groups. Throws 'usage' where the run has no sum A o G. */
  difference(input: TwoGroups & { norm: HeadNumber }, options?: Abortable): Promise<HeadDifference>
  /** A head's mean attention by label and correctness, as far as runs have summed it up. */
  attention(input: { runId: number; layer: number; head: number }, options?: Abortable): Promise<HeadAttention>
  confusion(input: { runId: number; filter: string }, options?: Abortable): Promise<Confusion>
  localisation(input: { runId: number; filter: string }, options?: Abortable): Promise<LocalisationScore[]>
  localisationDifference(input: TwoGroups, options?: Abortable): Promise<LocalisationDifference[]>
}

export interface TwoGroups {
  runId: number
  filterA: string
  filterB: string
  /** Compares samples of the same label only; all with all unless told so. */
  stratified?: boolean
}
