import type { CurrentProject } from '../current-project'
import type { QuantitiesApi } from './api'
import { ensureVector, writeVectors } from './vectors'
import { ensureQuantity, removeQuantity, writeQuantity } from './quantities'

export function quantitiesPart(current: CurrentProject): QuantitiesApi {
  return {
    read: async ({ runId, ids, wanted }) =>
      current.opened.rows.ask('quantities', [current.opened.run(runId), ids, wanted]),
    list: async ({ runId, name, version }) =>
      current.opened.rows.ask('quantityList', [current.opened.run(runId), name, version]),
    whole: async ({ runId, key }) => current.opened.rows.ask('wholeQuantity', [current.opened.run(runId), key]),
    remove: async ({ runId, key }) => removeQuantity(current.opened.project.cache, current.opened.run(runId).id, key),
    async write({ runId, written }) {
      const { cache } = current.opened.project
      const { id: run } = current.opened.run(runId)
      cache.transaction(() => {
        for (const { key, ids, values } of written) {
          const type = values instanceof Float32Array ? 'float32' : 'int32'
          writeQuantity(cache, ensureQuantity(cache, run, key, type), ids, values)
        }
      })()
    },
    readVectors: async ({ runId, ids, key }) =>
      current.opened.rows.ask('vectors', [current.opened.run(runId), ids, key]),
    async writeVectors({ runId, written }) {
      const { cache } = current.opened.project
      const { id: run } = current.opened.run(runId)
      cache.transaction(() => {
        for (const { kind, ids, values } of written) writeVectors(cache, ensureVector(cache, run, kind), ids, values)
      })()
    },
  }
}
