import type { CurrentProject } from '../current-project'
import { removeUnclaimed, restoreRun } from '../lineage/unclaimed-runs'
import { measureStorage } from '../measure-storage'
import { readPending } from '../samples/sample-files'
import type { LongTasks } from '../upkeep/long-tasks'
import type { RunsApi } from './api'
import { beginRun } from './begin-run'
import { commitBatch } from './commit-batch'
import { deleteRun, undeleteRun } from './deleted-runs'
import { retryFailedSamples } from './enrol-samples'
import { readErrorGroups } from './error-groups'
import { matchRunLabels, readRunLabels } from './run-labels'
import { readQueue, writeQueue } from './run-queue'
import { renameRun, writeRunProvider, writeRunState } from './run-records'
import { readUnmeasured } from './unmeasured'

export function runsPart(current: CurrentProject, tasks: LongTasks): RunsApi {
  const project = () => current.opened.project
  return {
    async begin({ definition, model, certificate }) {
      const { opened } = current
      const run = await tasks.list((onFound) => beginRun(opened.project, definition, model, certificate, { onFound }))
      opened.sealInBackground([run])
      opened.makeThumbnails(run)
      return run
    },
    get: async ({ runId }) => current.opened.run(runId),
    setState: async ({ runId, state, error }) => writeRunState(project(), runId, state, error ?? null),
    setProvider: async ({ runId, provider }) => writeRunProvider(project(), runId, provider),
    rename: async ({ runId, name }) => renameRun(project(), runId, name),
    async delete({ runId }) {
      deleteRun(project(), runId)
      return current.opened.info()
    },
    async undelete({ runId }) {
      undeleteRun(project(), runId)
      return current.opened.info()
    },

    pending: async ({ runId, after, limit }) => readPending(project(), runId, after, limit),
    async commit({ runId, batch }) {
      const { opened } = current
      // The images of a run are decoded elsewhere, on the same cores.
      opened.thumbnails.postpone()
      return commitBatch(opened.project, opened.run(runId), batch)
    },
    retryFailures: async ({ runId }) => retryFailedSamples(project(), runId),
    errors: async ({ runId }) => readErrorGroups(project(), runId),
    unmeasured: async ({ runId }) => readUnmeasured(project(), runId),

    labels: async ({ runId }) => readRunLabels(project(), runId),
    async matchLabels({ runId, labelMapping }) {
      const { opened } = current
      matchRunLabels(opened.project, runId, labelMapping)
      const run = opened.run(runId)
      opened.sealInBackground([run])
      return run
    },

    async restore({ runId }) {
      const { opened } = current
      restoreRun(opened.project, runId)
      opened.sealInBackground([opened.run(runId)])
      return opened.info()
    },
    async removeUnclaimed({ runId }) {
      removeUnclaimed(project(), runId)
      return current.opened.info()
    },

    queue: async () => readQueue(project()),
    setQueue: async ({ runIds }) => writeQueue(project(), runIds),
    measureStorage: async (planned) => measureStorage(planned),
  }
}
