import type { CurrentProject } from '../current-project'
import type { UpkeepApi } from './api'
import type { LongTasks } from './long-tasks'
import { readPlaces } from './places'
import { relinkModel } from './relink-model'
import { readStorageFacts } from './report-facts'

export function upkeepPart(current: CurrentProject, tasks: LongTasks): UpkeepApi {
  return {
    places: async () => readPlaces(current.opened.project),
    async check({ deep }, { signal } = {}) {
      const { opened } = current
      return opened.inOwnLane((lane) => tasks.check(opened.project, { deep, lane, signal }))
    },
    async previewRelink(input, { signal } = {}) {
      const { project, statistics } = current.opened
      return tasks.preview(project, statistics, { ...input, signal })
    },
    async relink({ plan }) {
      tasks.apply(current.opened.project, plan)
      return current.opened.info()
    },
    async relinkModel({ path }) {
      await relinkModel(current.opened.project, path)
      return current.opened.info()
    },
    progress: async () => tasks.progress(),
    async storageFacts() {
      const { opened } = current
      return opened.inOwnLane((lane) => readStorageFacts(opened.project, lane))
    },
    memory: async () => ({
      bytes: process.memoryUsage.rss(),
      highestBytes: process.resourceUsage().maxRSS * 1024,
    }),
  }
}
