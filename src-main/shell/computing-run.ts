/** The work in progress, for the desktop window's frame and for its closing. */
import type { ExportJob, RunProgress, Service } from '@shared/api'

export interface ComputingRun {
  /** Null while nothing computes. */
  readonly progress: RunProgress | null
}

/** Follows the runs of a service; `onChange` is called for every step of the one that computes, including its last. */
export function followComputing(service: Pick<Service, 'on'>, onChange: (step: RunProgress) => void): ComputingRun {
  let progress: RunProgress | null = null
  service.on('run.progress', (step) => {
    if (step.state === 'running') progress = step
    else if (progress?.runId === step.runId) progress = null
    else return
    onChange(step)
  })
  return {
    get progress() {
      return progress
    },
  }
}

/** Follows the exports of a service; gives how many are under way. */
export function followExports(service: Pick<Service, 'on'>): () => number {
  const underWay = new Set<ExportJob['id']>()
  service.on('export.progress', ({ id, state }) => {
    if (state === 'running' || state === 'paused') underWay.add(id)
    else underWay.delete(id)
  })
  return () => underWay.size
}

/** Images with a result or an error, in shares of all; 0 before the run has listed any. */
export function shareDone({ done, failed, total }: Pick<RunProgress, 'done' | 'failed' | 'total'>): number {
  return total > 0 ? (done + failed) / total : 0
}
