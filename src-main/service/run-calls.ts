import { estimateRun } from '../runs/estimate'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that start and steer runs. */
export function runCalls({ library, compute, queue, emit }: ServiceContext): HandlersOf<'run' | 'queue'> {
  const changed = async () => {
    const project = await library.project()
    if (project) emit('project.changed', { path: project.path, runId: null })
  }
  return {
    'run.estimate': (request, signal) => estimateRun({ library, compute }, request, signal),
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
    async 'run.rename'({ runId, name }) {
      const run = await library.renameRun(runId, name)
      await changed()
      return run
    },
    async 'run.delete'({ runId }) {
      const { state } = await library.run(runId)
      if (state === 'running' || state === 'queued') await queue.cancel(runId)
      const project = await library.deleteRun(runId)
      await changed()
      return project
    },
    async 'run.undelete'({ runId }) {
      const project = await library.undeleteRun(runId)
      await changed()
      return project
    },
    'run.get': ({ runId }) => library.run(runId),
    'run.errors': ({ runId }) => library.errorGroups(runId),
    'run.unmeasured': ({ runId }) => library.unmeasured(runId),
    'run.labels': ({ runId }) => library.runLabels(runId),
    async 'run.matchLabels'({ runId, labelMapping }) {
      const run = await library.matchRunLabels(runId, labelMapping)
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
