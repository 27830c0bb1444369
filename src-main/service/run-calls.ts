import { estimateRun } from '../runs/estimate'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that start and steer runs. */
export function runCalls({ library, compute, queue, evaluations, emit }: ServiceContext): HandlersOf<'run' | 'queue'> {
  const changed = async () => {
    const project = await library.project.current()
    if (project) emit('project.changed', { path: project.path, runId: null })
  }
  return {
    'run.estimate': (request, signal) => estimateRun({ library, compute }, request, { signal }),
    'run.start': (request) => queue.start(request),
    'run.resume': ({ runId }) => queue.resume(runId),
    async 'run.pause'({ runId, now }) {
      await queue.pause(runId, now)
      return null
    },
    async 'run.cancel'({ runId }) {
      await queue.cancel(runId)
      return null
    },
    async 'run.rename'(input) {
      const run = await library.runs.rename(input)
      await changed()
      return run
    },
    async 'run.delete'({ runId }) {
      const { state } = await library.runs.get({ runId })
      if (state === 'running' || state === 'queued') await queue.cancel(runId)
      await evaluations.pauseAll(runId)
      const project = await library.runs.delete({ runId })
      await changed()
      return project
    },
    async 'run.undelete'(input) {
      const project = await library.runs.undelete(input)
      await changed()
      return project
    },
    'run.get': (input) => library.runs.get(input),
    'run.errors': (input) => library.runs.errors(input),
    'run.unmeasured': (input) => library.runs.unmeasured(input),
    'run.labels': (input) => library.runs.labels(input),
    async 'run.matchLabels'(input) {
      const run = await library.runs.matchLabels(input)
      await changed()
      return run
    },
    async 'queue.order'({ runIds }) {
      await queue.order(runIds)
      return null
    },
    async 'queue.goOn'() {
      await queue.goOn()
      return null
    },
  }
}
