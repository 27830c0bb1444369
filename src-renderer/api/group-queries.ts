/** The result in groups: one ordered id list and where each group begins in it. */
import type { SampleIds, SampleQuery } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { useQuery } from '@tanstack/react-query'
import { type Grouping, type SampleGroup, partition } from './grouping'
import { ofSameRun, runKey } from './query-keys'
import { service } from './service'

export interface GroupedIds extends SampleIds {
  /** In order, their counts adding up to the length of `ids`; none where the result is not grouped. */
  groups: SampleGroup[]
}

/** The ids of a filter, group after group, sorted within each. A sample with two tags is in both groups. */
export function useGroupedIds(query: SampleQuery, grouping: Grouping) {
  return useQuery({
    queryKey: runKey(query.runId, 'ids', grouping, query),
    queryFn: async ({ signal }): Promise<GroupedIds> => {
      const sorted = await service.call('samples.query', query, { signal })
      if (grouping === 'none') return { ...sorted, groups: [] }
      if (grouping === 'tag') return { ...(await byTag(query, signal)), total: sorted.total }
      return { ...(await byColumn(sorted.ids, query, grouping, signal)), total: sorted.total }
    },
    placeholderData: ofSameRun(query.runId),
    structuralSharing: false,
  })
}

/** A list in order of the column is a list of its groups; the facets say how long each of them is. */
async function byColumn(
  ids: Uint32Array,
  query: SampleQuery,
  grouping: Exclude<Grouping, 'none' | 'tag'>,
  signal: AbortSignal,
) {
  const { runId, filter } = query
  const inColumn = { runId, filter, sort: SORTS[grouping], descending: false } as const
  const [ordered, facets] = await Promise.all([
    service.call('samples.query', inColumn, { signal }),
    service.call('samples.facets', { runId, filter }, { signal }),
  ])
  const named: SampleGroup[] =
    grouping === 'correct'
      ? [
          { name: 'Wrong', count: facets.wrong },
          { name: 'Correct', count: facets.correct },
        ]
      : facets[FACETS[grouping]]
  const known = named.reduce((sum, { count }) => sum + count, 0)
  const rest = { name: REST[grouping], count: Math.max(0, ordered.ids.length - known) }
  return partition(
    ids,
    ordered.ids,
    [...named, rest].filter(({ count }) => count > 0),
  )
}

const SORTS = {
  label: 'dataset_label',
  class: 'label',
  split: 'split',
  prediction: 'prediction',
  correct: 'correct',
} as const
const FACETS = { label: 'datasetLabels', class: 'labels', split: 'splits', prediction: 'predictions' } as const

const REST = {
  label: 'No label',
  class: 'No class of the model',
  split: 'No split',
  prediction: 'No prediction',
  correct: 'Neither correct nor wrong',
}

async function byTag(query: SampleQuery, signal: AbortSignal) {
  const { tags } = await service.call('annotations.state', {}, { signal })
  const terms = tags.map(({ name }) => ({ name, term: `tag:${quoteFilterValue(name)}` }))
  const wanted = [...terms, { name: 'No tag', term: terms.map(({ term }) => `-${term}`).join(' ') }]
  const lists = await Promise.all(
    wanted.map(({ term }) =>
      service.call('samples.query', { ...query, filter: `${query.filter} ${term}`.trim() }, { signal }),
    ),
  )
  const ids = new Uint32Array(lists.reduce((sum, list) => sum + list.ids.length, 0))
  let end = 0
  for (const list of lists) {
    ids.set(list.ids, end)
    end += list.ids.length
  }
  const groups = wanted.map(({ name }, i) => ({ name, count: lists[i]?.ids.length ?? 0 }))
  return { ids, groups: groups.filter(({ count }) => count > 0) }
}
