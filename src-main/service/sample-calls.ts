import { explainCalls } from './explain-calls'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that read results: samples, maps and statistics. */
export function sampleCalls(context: ServiceContext): HandlersOf<'samples' | 'sample' | 'stats'> {
  const { library, compute } = context
  return {
    'samples.query': (query, signal) => library.query(query, { signal }),
    'samples.rows': ({ runId, ids }) => library.rows(runId, ids),
    'samples.facets': ({ runId, filter }, signal) => library.facets(runId, filter, { signal }),
    'samples.maps': ({ runId, ids, method }) => library.maps(runId, ids, method),
    'sample.detail': ({ runId, id }) => library.detail(runId, id),
    async 'sample.notes'({ runId, id }) {
      const [{ file }, { definition }] = await Promise.all([library.file(runId, id), library.run(runId)])
      const [fed] = await compute.acquire().inputTensors([file], definition.preprocessing)
      return fed?.notes ?? []
    },
    ...explainCalls(context),
    'stats.heads': ({ runId, by, filter, norm }, signal) => library.headStatistics(runId, by, filter, norm, { signal }),
    'stats.difference': ({ runId, filterA, filterB, norm, stratified }, signal) =>
      library.headDifference(runId, filterA, filterB, norm, { stratified, signal }),
    'stats.attention': ({ runId, layer, head }, signal) => library.headAttention(runId, layer, head, { signal }),
    'stats.confusion': ({ runId, filter }, signal) => library.confusion(runId, filter, { signal }),
    'stats.localisation': ({ runId, filter }, signal) => library.localisation(runId, filter, { signal }),
    'stats.localisationDifference': ({ runId, filterA, filterB, stratified }, signal) =>
      library.localisationDifference(runId, filterA, filterB, { stratified, signal }),
  }
}
