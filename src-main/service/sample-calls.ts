import { explainCalls } from './explain-calls'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that read results: samples, maps and statistics. */
export function sampleCalls(context: ServiceContext): HandlersOf<'samples' | 'sample' | 'stats'> {
  const { library } = context
  return {
    'samples.query': (query) => library.query(query),
    'samples.rows': ({ runId, ids }) => library.rows(runId, ids),
    'samples.facets': ({ runId, filter }) => library.facets(runId, filter),
    'samples.maps': ({ runId, ids, method }) => library.maps(runId, ids, method),
    'sample.detail': ({ runId, id }) => library.detail(runId, id),
    ...explainCalls(context),
    'stats.heads': ({ runId, by, filter, norm }) => library.headStatistics(runId, by, filter, norm),
    'stats.difference': ({ runId, filterA, filterB, norm }) => library.headDifference(runId, filterA, filterB, norm),
    'stats.confusion': ({ runId, filter }) => library.confusion(runId, filter),
    'stats.localisation': ({ runId, filter }) => library.localisation(runId, filter),
  }
}
