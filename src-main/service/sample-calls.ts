import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that read results: samples, maps and statistics. */
export function sampleCalls({ library, compute }: ServiceContext): HandlersOf<'samples' | 'sample' | 'stats'> {
  return {
    'samples.query': (query) => library.query(query),
    'samples.rows': ({ runId, ids }) => library.rows(runId, ids),
    'samples.facets': ({ runId, filter }) => library.facets(runId, filter),
    'samples.maps': ({ runId, ids, method }) => library.maps(runId, ids, method),
    'sample.detail': ({ runId, id }) => library.detail(runId, id),
    async 'sample.attention'({ runId, id, layer, head }) {
      const [{ file }, { definition }] = await Promise.all([library.file(runId, id), library.run(runId)])
      const { modelPath, preprocessing } = definition
      return compute.acquire().attention({ modelPath, preprocessing, file, layer, head })
    },
    'stats.heads': ({ runId, by, filter, norm }) => library.headStatistics(runId, by, filter, norm),
    'stats.difference': ({ runId, filterA, filterB, norm }) => library.headDifference(runId, filterA, filterB, norm),
    'stats.confusion': ({ runId, filter }) => library.confusion(runId, filter),
    'stats.localisation': ({ runId, filter }) => library.localisation(runId, filter),
  }
}
