/** Query hooks of one row of the gallery: its samples and their maps, in one call each, taken back when it is passed. */
import type { SampleRow } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { useQuery } from '@tanstack/react-query'
import type { RelevanceMap } from './sample-queries'
import { runKey } from './query-keys'
import { service } from './service'

/** Milliseconds that a row stays in sight before it is asked for: a fast scroll asks for what it stops at. */
const SETTLE_MS = 40
const KEPT_MS = 60_000

/** What is known of the samples of a grid row, by id. `ids` is a stretch of the result. */
export function useGridRow(runId: number, ids: Uint32Array<ArrayBuffer>) {
  return useQuery({
    queryKey: runKey(runId, 'rows', ids.join()),
    queryFn: async ({ signal }): Promise<Map<number, SampleRow>> => {
      await settled(signal)
      const rows = await service.call('samples.rows', { runId, ids }, { signal })
      return new Map(rows.map((row) => [row.id, row]))
    },
    gcTime: KEPT_MS,
    // Rows are compared by identity only: their numbers are many and never equal again once they change.
    structuralSharing: false,
  })
}

/** The maps of the samples of a grid row, by id; samples without one are left out. Null asks for nothing. */
export function useGridRowMaps(runId: number, ids: Uint32Array<ArrayBuffer>, method: MethodId | null) {
  return useQuery({
    queryKey: runKey(runId, 'maps', method, ids.join()),
    queryFn: async ({ signal }): Promise<Map<number, RelevanceMap>> => {
      await settled(signal)
      if (method === null) return new Map()
      const { grid, ids: found, values } = await service.call('samples.maps', { runId, ids, method }, { signal })
      const size = grid[0] * grid[1]
      return new Map([...found].map((id, i) => [id, { grid, values: values.subarray(i * size, (i + 1) * size) }]))
    },
    gcTime: KEPT_MS,
    structuralSharing: false,
    enabled: method !== null,
  })
}

/** Waits until a row has stayed in sight. */
export function settled(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, SETTLE_MS)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
