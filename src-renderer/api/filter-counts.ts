import { useQueries } from '@tanstack/react-query'
import { runKey } from './query-keys'
import { service } from './service'

/** How many samples each of some filters has; undefined until it is known. */
export function useFilterCounts(runId: number, filters: readonly string[]): (number | undefined)[] {
  return useQueries({
    queries: filters.map((filter) => ({
      queryKey: runKey(runId, 'ids', 'count', filter),
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const query = { runId, filter, sort: 'path', descending: false } as const
        return (await service.call('samples.query', query, { signal })).ids.length
      },
    })),
    combine: (counts) => counts.map(({ data }) => data),
  })
}
