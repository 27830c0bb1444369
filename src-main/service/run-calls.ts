import { estimateRun } from '../runs/estimate'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that start and steer runs. */
export function runCalls({ library, compute, runs }: ServiceContext): HandlersOf<'run'> {
  return {
    'run.estimate': (request, signal) => estimateRun({ library, compute }, request, signal),
    'run.start': (request) => runs.start(request),
    'run.resume': ({ runId }) => runs.resume(runId),
    async 'run.pause'({ runId }) {
      await runs.pause(runId)
      return null
    },
    async 'run.cancel'({ runId }) {
      await runs.cancel(runId)
      return null
    },
    'run.get': ({ runId }) => library.run(runId),
  }
}
