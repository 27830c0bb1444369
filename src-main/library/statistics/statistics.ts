import type { CurrentProject } from '../current-project'
import type { StatisticsApi } from './api'

export function statisticsPart(current: CurrentProject): StatisticsApi {
  const run = (runId: number) => current.opened.run(runId)
  return {
    heads: async ({ runId, by, filter, norm }, { signal } = {}) =>
      current.opened.statistics.ask('headStatistics', [run(runId), by, filter, norm], signal),
    difference: async ({ runId, filterA, filterB, norm, stratified = false }, { signal } = {}) =>
      current.opened.statistics.ask('headDifference', [run(runId), filterA, filterB, norm, stratified], signal),
    attention: async ({ runId, layer, head }, { signal } = {}) =>
      current.opened.statistics.ask('headAttention', [run(runId), layer, head], signal),
    confusion: async ({ runId, filter }, { signal } = {}) =>
      current.opened.lists.ask('confusion', [run(runId), filter], signal),
    localisation: async ({ runId, filter }, { signal } = {}) =>
      current.opened.statistics.ask('localisation', [run(runId), filter], signal),
    localisationDifference: async ({ runId, filterA, filterB, stratified = false }, { signal } = {}) =>
      current.opened.statistics.ask('localisationDifference', [run(runId), filterA, filterB, stratified], signal),
  }
}
