import { explainCalls } from './explain-calls'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that read results: samples, maps and statistics. */
export function sampleCalls(context: ServiceContext): HandlersOf<'samples' | 'sample' | 'stats'> {
  const { compute, library } = context
  const { samples, statistics } = library
  return {
    'samples.query': (input, signal) => samples.query(input, { signal }),
    'samples.rows': (input) => samples.rows(input),
    'samples.facets': (input, signal) => samples.facets(input, { signal }),
    'samples.quantities': async (input, signal) => (await samples.columnFacts(input, { signal })).quantities,
    'samples.maps': (input) => samples.maps(input),
    'sample.detail': (input) => samples.detail(input),
    async 'sample.notes'({ runId, id }) {
      const [{ file }, { definition }] = await Promise.all([samples.file({ runId, id }), library.runs.get({ runId })])
      const [fed] = await compute.acquire().inputTensors([file], definition.preprocessing)
      return fed?.notes ?? []
    },
    ...explainCalls(context),
    'stats.heads': (input, signal) => statistics.heads(input, { signal }),
    'stats.difference': (input, signal) => statistics.difference(input, { signal }),
    'stats.attention': (input, signal) => statistics.attention(input, { signal }),
    'stats.confusion': (input, signal) => statistics.confusion(input, { signal }),
    'stats.localisation': (input, signal) => statistics.localisation(input, { signal }),
    'stats.localisationDifference': (input, signal) => statistics.localisationDifference(input, { signal }),
  }
}
