import { findSample } from '../annotations/sample-finder'
import type { CurrentProject } from '../current-project'
import type { OneSample, SampleFiles, SamplesApi } from './api'
import { idsOfPaths } from './ids-of-paths'
import { locateSample } from './sample-files'

export function samplesPart(current: CurrentProject): SamplesApi {
  const run = (runId: number) => current.opened.run(runId)
  const file = async ({ runId, id }: OneSample): Promise<SampleFiles> =>
    locateSample(current.opened.project, run(runId), id)
  return {
    query: async ({ runId, filter, sort, descending }, { signal } = {}) =>
      current.opened.lists.ask('query', [run(runId), filter, sort, descending], signal),
    inTurn: async ({ runId, filter, limit }, { signal } = {}) =>
      current.opened.lists.ask('inTurn', [run(runId), filter, limit], signal),
    facets: async ({ runId, filter }, { signal } = {}) =>
      current.opened.lists.ask('facets', [run(runId), filter], signal),
    rows: async ({ runId, ids }) => current.opened.rows.ask('rows', [run(runId), ids]),
    maps: async ({ runId, ids, method }) => current.opened.rows.ask('maps', [run(runId), ids, method]),
    detail: async ({ runId, id }) => current.opened.rows.ask('detail', [run(runId), id]),
    columnFacts: async ({ runId }, { signal } = {}) =>
      current.opened.statistics.ask('columnFacts', [run(runId)], signal),
    quantities: async ({ runId, ids, names }, { signal } = {}) =>
      current.opened.statistics.ask('namedQuantities', [run(runId), ids, names], signal),
    scores: async ({ runId, ids }) => current.opened.rows.ask('scores', [run(runId), ids]),
    outcomes: async ({ runId, ids, topK }) => current.opened.rows.ask('outcomes', [run(runId), ids, topK]),
    file,
    async thumbnail({ size, ...sample }) {
      const { thumbnails } = current.opened
      return thumbnails.read(sample.id, (await file(sample)).file, size)
    },
    idsOfPaths: async ({ runId, paths }) => idsOfPaths(current.opened.project, runId, paths),
    find: async ({ path }) => findSample(current.opened.project, path),
  }
}
