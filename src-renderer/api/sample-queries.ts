/** Query hooks of samples: counts, shared scales, details of one. Lists in groups are in group-queries, rows of the gallery in row-queries. */
import type { SampleQuery, SampleRow } from '@shared/api'
import { type ScaleRange, sharedRange } from '@shared/heatmap/scale'
import type { MethodId } from '@headlight/explain/methods'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type Batcher, createBatcher } from './batch'
import { queryClient } from './query-client'
import { ofSameRun, runKey } from './query-keys'
import { service } from './service'

export interface RelevanceMap {
  /** Patch grid, rows then columns. */
  grid: [number, number]
  /** Raw relevance, `[rows * columns]`. */
  values: Float32Array
}

/** Samples that a shared scale is taken from: enough for a stable percentile, few enough to fetch at once. */
const SHARED_SCALE_SAMPLES = 256

/** All ids of a filter and sort, in order. The previous list stays while the next one is fetched. */
export function useSampleIds(query: SampleQuery) {
  return useQuery({
    queryKey: runKey(query.runId, 'ids', query),
    queryFn: ({ signal }) => service.call('samples.query', query, { signal }),
    placeholderData: ofSameRun(query.runId),
  })
}

/** The sample of a filter in which a head weighs most; null where none has head scores. */
export async function strongestSample(
  runId: number,
  filter: string,
  { layer, head }: { layer: number; head: number },
): Promise<number | null> {
  const sort = `head(${layer},${head})` as const
  const scored = `${filter} head(${layer},${head})>=0`.trim()
  const { ids } = await service.call('samples.query', { runId, filter: scored, sort, descending: true })
  return ids[0] ?? null
}

export function useFacets(runId: number, filter: string) {
  return useQuery({
    queryKey: runKey(runId, 'facets', filter),
    queryFn: ({ signal }) => service.call('samples.facets', { runId, filter }, { signal }),
    placeholderData: ofSameRun(runId),
  })
}

/** One row; rows asked for in the same moment travel together. */
export function useSampleRow(runId: number, id: number) {
  return useQuery({ queryKey: runKey(runId, 'row', id), queryFn: () => rowBatcher(runId).load(id) })
}

/** The range of a shared scale: over evenly spaced samples of the list, so that it hardly depends on its order. */
export function useSharedRange(runId: number, ids: Uint32Array | undefined, method: MethodId, enabled: boolean) {
  const chosen = evenlySpaced(ids ?? new Uint32Array(), SHARED_SCALE_SAMPLES)
  return useQuery({
    queryKey: runKey(runId, 'shared-range', method, chosen.join()),
    queryFn: async ({ signal }): Promise<{ range: ScaleRange; samples: number } | null> => {
      const maps = await service.call('samples.maps', { runId, ids: chosen, method }, { signal })
      return maps.ids.length === 0 ? null : { range: sharedRange(maps.values), samples: maps.ids.length }
    },
    placeholderData: ofSameRun(runId),
    enabled: enabled && chosen.length > 0,
  })
}

export function detailQuery(runId: number, id: number) {
  return queryOptions({
    queryKey: runKey(runId, 'detail', id),
    queryFn: ({ signal }) => service.call('sample.detail', { runId, id }, { signal }),
  })
}

/** The same, as soon as it is there. */
export const loadDetail = (runId: number, id: number) => queryClient.ensureQueryData(detailQuery(runId, id))

export const useSampleDetail = (runId: number, id: number) => useQuery(detailQuery(runId, id))

/** Where the model's pixels are not PIL's; nothing while that is not known, or the picture cannot be read. */
export function useSampleNotes(runId: number, id: number): string[] {
  const notes = useQuery({
    queryKey: runKey(runId, 'notes', id),
    queryFn: ({ signal }) => service.call('sample.notes', { runId, id }, { signal }),
    retry: false,
  })
  return notes.data ?? []
}

/** What the dataset says about a sample beside its label, by column; null for nothing. */
export function useSampleMetadata(runId: number, id: number | undefined) {
  return useQuery({
    ...detailQuery(runId, id ?? 0),
    select: ({ metadata }) => metadata,
    enabled: id !== undefined,
  })
}

/** Paths of samples, in the order of their ids. */
export async function pathsOf(runId: number, ids: Uint32Array<ArrayBuffer>): Promise<string[]> {
  return (await service.call('samples.rows', { runId, ids })).map(({ path }) => path)
}

/** Paths of the first samples of a list. */
export async function firstPaths(query: SampleQuery, count: number): Promise<string[]> {
  const { ids } = await service.call('samples.query', query)
  return pathsOf(query.runId, ids.slice(0, count))
}

/** At most `count` of the ids, evenly spaced, in their order. */
export function evenlySpaced(ids: Uint32Array, count: number): Uint32Array<ArrayBuffer> {
  if (ids.length <= count) return Uint32Array.from(ids)
  return Uint32Array.from({ length: count }, (_, i) => ids[Math.floor((i * ids.length) / count)]!)
}

const rowBatcher = perKey((runId: number) =>
  createBatcher<SampleRow>(async (ids) => {
    const rows = await service.call('samples.rows', { runId, ids })
    return new Map(rows.map((row) => [row.id, row]))
  }),
)

function perKey<Key extends (string | number)[], Value>(make: (...key: Key) => Batcher<Value>) {
  const made = new Map<string, Batcher<Value>>()
  return (...key: Key): Batcher<Value> => {
    const name = key.join()
    const batcher = made.get(name) ?? make(...key)
    made.set(name, batcher)
    return batcher
  }
}
