/** Query hooks of annotations: lists, what is said about samples, marks of tiles, counts, agreement. */
import type { Annotation, AnnotationMarks } from '@shared/api'
import { useQuery } from '@tanstack/react-query'
import { createBatcher } from './batch'
import { queryClient } from './query-client'
import { settled } from './row-queries'
import { service } from './service'

/** Lists of tags and verdicts, who annotates, what can be undone. */
export function useAnnotationState(enabled = true) {
  return useQuery({
    queryKey: ['annotations', 'state'],
    queryFn: ({ signal }) => service.call('annotations.state', {}, { signal }),
    enabled,
  })
}

export const annotationsKey = (id: number) => ['annotation', id] as const

/** Everything that is said about a sample, by anyone. */
export function useAnnotations(id: number) {
  return useQuery(annotationsQuery(id))
}

export const annotationsQuery = (id: number) => ({
  queryKey: annotationsKey(id),
  queryFn: () => annotations.load(id),
})

/** Fetches what is said about a sample anew, for all that show it. */
export function refetchAnnotations(id: number): Promise<unknown> {
  return queryClient.fetchQuery({ ...annotationsQuery(id), staleTime: 0 })
}

export interface SampleMarks {
  /** Ids of tags. */
  tags: number[]
  /** Id of the verdict, 0 for none. */
  verdict: number
  /** Bits of MARK. */
  marks: number
}

/**
 * Tags, verdict and marks of the samples of a grid row, by id. A project without annotations is not asked.
 */
export function useRowMarks(ids: Uint32Array<ArrayBuffer>) {
  const annotated = (useAnnotationState().data?.reviewers.length ?? 0) > 0
  return useQuery({
    queryKey: ['marks', ids.join()],
    queryFn: async ({ signal }) => {
      await settled(signal)
      return marksById(await service.call('annotations.marks', { ids }, { signal }))
    },
    gcTime: 60_000,
    structuralSharing: false,
    enabled: annotated,
  })
}

/** Counts by tag and verdict over the samples of a filter. */
export function useAnnotationFacets(runId: number, filter: string) {
  return useQuery({
    queryKey: ['annotations', 'facets', runId, filter],
    queryFn: ({ signal }) => service.call('annotations.facets', { runId, filter }, { signal }),
    placeholderData: (previous, query) => (query?.queryKey[2] === runId ? previous : undefined),
  })
}

/** Conflicts between reviewers, and how alike they judge. */
export function useAgreement() {
  return useQuery({
    queryKey: ['annotations', 'agreement'],
    queryFn: ({ signal }) => service.call('annotations.agreement', {}, { signal }),
  })
}

const annotations = createBatcher<Annotation[]>(async (ids) => {
  const samples = await service.call('annotations.ofSamples', { ids })
  return new Map(samples.map((sample) => [sample.sampleId, sample.annotations]))
})

function marksById({ ids, starts, tags, verdicts, marks: bits }: AnnotationMarks): Map<number, SampleMarks> {
  const of = (i: number): SampleMarks => ({
    tags: [...tags.subarray(starts[i], starts[i + 1])],
    verdict: verdicts[i] ?? 0,
    marks: bits[i] ?? 0,
  })
  return new Map([...ids].map((id, i) => [id, of(i)]))
}
