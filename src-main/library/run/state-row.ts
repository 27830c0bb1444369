import type { MapPrecision, ProviderId, RunState } from '@shared/api'
import type { ErrorCode } from '@shared/errors'

/** What `run_state` says of a run. */
export interface StateRow {
  state: RunState
  provider: ProviderId | null
  error: string | null
  error_code: ErrorCode | null
  total: number
  done: number
  failed: number
  correct: number
  labelled: number
  mapPrecision: MapPrecision
}
