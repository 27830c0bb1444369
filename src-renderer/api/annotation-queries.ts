/** Query hooks of annotations: lists, what is said about samples, marks of tiles, counts, agreement. */
import { type Annotation, type AnnotationMarks, pagesOf } from '@shared/api'
import { useQuery } from '@tanstack/react-query'
import { createBatcher } from './batch'
import { queryClient } from './query-client'
import { ofSameRun, projectKey, runKey } from './query-keys'
import { settled } from './row-queries'
import { service } from './service'

/** Lists of tags and verdicts, who annotates, what can be undone. */
export function useAnnotationState(enabled = true) {
  return useQuery({
    queryKey: projectKey('annotations', 'state'),
    queryFn: ({ signal }) => service.call('annotations.state', {}, { signal }),
    enabled,
  })
}

export const annotationsKey = (id: number) => projectKey('annotation', id)

/** Everything that is said about a sample, by anyone. */
export function useAnnotations(id: number) {
  return useQuery(annotationsQuery(id))
}

export const annotationsQuery = (id: number) => ({
  queryKey: annotationsKey(id),
  queryFn: () => annotations.load(id),
})

/** Whether a reviewer gave a sample a tag, as soon as that is known. */
export async function hasTag(id: number, tag: string, by: string): Promise<boolean> {
  const said = (await queryClient.ensureQueryData(annotationsQuery(id))) ?? []
  return said.some(({ kind, text, reviewer }) => kind === 'tag' && text === tag && reviewer === by)
}

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
    queryKey: projectKey('marks', ids.join()),
    queryFn: async ({ signal }) => {
      await settled(signal)
      return marksById(await service.call('annotations.marks', { ids }, { signal }))
    },
    gcTime: 60_000,
    structuralSharing: false,
    enabled: annotated,
  })
}

export interface Reviewed {
  /** Samples of each verdict and each tag, by the id of the term; verdict 0 is none. */
  verdicts: Map<number, number[]>
  tags: Map<number, number[]>
  /** Samples about which nothing at all is said. */
  untouched: number[]
}

/** What was said about the samples of a list, by verdict and tag, each in the order of the list. */
export function useReviewed(name: string, ids: Uint32Array) {
  return useQuery({
    queryKey: projectKey('annotations', 'reviewed', name),
    queryFn: async ({ signal }) => {
      const reviewed: Reviewed = { verdicts: new Map(), tags: new Map(), untouched: [] }
      const distinct = Uint32Array.from(new Set(ids))
      for (const part of pagesOf(distinct)) {
        for (const [id, said] of marksById(await service.call('annotations.marks', { ids: part }, { signal }))) {
          add(reviewed.verdicts, said.verdict, id)
          for (const tag of said.tags) add(reviewed.tags, tag, id)
          if (said.verdict === 0 && said.tags.length === 0 && said.marks === 0) reviewed.untouched.push(id)
        }
      }
      return reviewed
    },
    gcTime: 0,
    structuralSharing: false,
  })
}

function add(groups: Map<number, number[]>, key: number, id: number): void {
  const group = groups.get(key)
  if (group) group.push(id)
  else groups.set(key, [id])
}

/** Counts by tag and verdict over the samples of a filter. */
export function useAnnotationFacets(runId: number, filter: string) {
  return useQuery({
    queryKey: runKey(runId, 'annotations', 'facets', filter),
    queryFn: ({ signal }) => service.call('annotations.facets', { runId, filter }, { signal }),
    placeholderData: ofSameRun(runId),
  })
}

/** Conflicts between reviewers, and how alike they judge. */
export function useAgreement() {
  return useQuery({
    queryKey: projectKey('annotations', 'agreement'),
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
    verdict: verdicts[i]!,
    marks: bits[i]!,
  })
  return new Map([...ids].map((id, i) => [id, of(i)]))
}
