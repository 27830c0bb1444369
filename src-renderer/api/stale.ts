/** What a change makes stale. */
import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query'

/**
 * Marks answers as stale and fetches those in view anew; resolves when they have come. One that is under way may have
 * been given before the change, and TanStack Query takes the mark off when it comes: it is marked once more then.
 */
export async function makeStale(client: QueryClient, filters: InvalidateQueryFilters): Promise<void> {
  const queries = client.getQueryCache().findAll(filters)
  const underWay = queries.filter(({ state }) => state.fetchStatus !== 'idle')
  const mark = (which: InvalidateQueryFilters) => client.invalidateQueries(which, { cancelRefetch: false })
  const again = underWay.map(async (query) => {
    await query.promise?.catch(() => undefined)
    await mark({ ...filters, predicate: (candidate) => candidate === query })
  })
  await Promise.all([mark(filters), ...again])
}
