/** What a run is doing, from its stored state and the progress it last reported. */
import type { RunInfo, RunProgress, RunState } from '@shared/api'
import { contrastsWithLabel } from '@shared/targets'
import { useRunProgress } from '../api/queries'

export interface RunStatus {
  state: RunState
  /** The state in a word. */
  label: string
  done: number
  failed: number
  total: number
  /** 0 to 1. */
  share: number
  /** Share of the labelled samples that are predicted right; null without any. */
  accuracy: number | null
  labelled: number
  /** Null unless it is running and its rate is known. */
  imagesPerSecond: number | null
  secondsLeft: number | null
  batch: number | null
  provider: string | null
  /** What is happening, when it is not images. */
  phase: string
  /** It was told to pause or to end, and finishes the batch under way. */
  stopping: boolean
}

const LABELS: Record<RunState, string> = {
  pending: 'Not started',
  queued: 'Queued',
  running: 'Running',
  paused: 'Paused',
  finished: 'Finished',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

export const canResume = (state: RunState): boolean =>
  state === 'paused' || state === 'failed' || state === 'cancelled' || state === 'pending'

export const isActive = (state: RunState): boolean => state === 'running'

export function runStatus(run: RunInfo, progress: RunProgress | undefined): RunStatus {
  const { done, failed, total, correct, labelled } = progress ?? run
  // A run that paused, and was queued since, last reported that it paused.
  const state = run.state === 'queued' && progress?.state !== 'running' ? 'queued' : (progress ?? run).state
  const running = state === 'running'
  return {
    state,
    label: LABELS[state],
    done,
    failed,
    total,
    share: total > 0 ? (done + failed) / total : 0,
    // A run of wrong predictions only says nothing about how many are right.
    accuracy: labelled > 0 && !contrastsWithLabel(run.definition.target) ? correct / labelled : null,
    labelled,
    imagesPerSecond: running && progress && progress.imagesPerSecond > 0 ? progress.imagesPerSecond : null,
    secondsLeft: running && progress ? progress.secondsLeft : null,
    batch: progress && progress.batch > 0 ? progress.batch : null,
    provider: (progress ?? run).provider,
    phase: running && progress ? progress.phase : '',
    stopping: running && progress?.stopping === true,
  }
}

export function useRunStatus(run: RunInfo): RunStatus {
  return runStatus(run, useRunProgress(run.id))
}
