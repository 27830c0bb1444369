import type { HeadFillKind } from '@shared/evaluation/ablation-summary'
import type { RunInfo, SampleRow } from '@shared/api'
import type { ComputeSource, Library } from '../compute-source'

export interface AblationRequest {
  run: RunInfo
  samples: readonly SampleRow[]
  kind: HeadFillKind
  /** Whether heads are also removed in the orders of criteria. */
  withPruning: boolean
}

export interface AblationProgress {
  phase: string
  done: number
  total: number
  /** Of the phase; null while nothing is known of it. */
  secondsLeft: number | null
}

export interface AblationOptions {
  library: Library
  compute: ComputeSource
  onProgress(progress: AblationProgress): void
  signal?: AbortSignal
}
