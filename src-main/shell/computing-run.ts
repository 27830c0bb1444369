/** The run that computes now, as the desktop window's frame and its closing need to know it. */
import type { RunProgress, Service } from '@shared/api'

export interface ComputingRun {
  /** Null while nothing computes. */
  readonly progress: RunProgress | null
}

/** Follows the runs of a service; `onChange` hears every step, null once nothing computes any more. */
export function followComputing(
  service: Pick<Service, 'on'>,
  onChange: (progress: RunProgress | null) => void,
): ComputingRun {
  let progress: RunProgress | null = null
  service.on('run.progress', (step) => {
    if (step.state === 'running') progress = step
    else if (progress?.runId === step.runId) progress = null
    else return
    onChange(progress)
  })
  return {
    get progress() {
      return progress
    },
  }
}

/** Images with a result or an error, in shares of all; 0 before the run has listed any. */
export function shareDone({ done, failed, total }: Pick<RunProgress, 'done' | 'failed' | 'total'>): number {
  return total > 0 ? (done + failed) / total : 0
}
