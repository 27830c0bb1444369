/** Evaluations of maps and heads: what there is of them, kept up to date by their events, and what they say. */
import type { EvaluationInfo, EvaluationRequest } from '@shared/api'
import { keepPreviousData, type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { ofSameRun, programKey, readKey, runKey } from './query-keys'
import { openProjectPath, whenProjectLeft } from './open-project'
import { service } from './service'
import { makeStale } from './stale'

/** Those that told of themselves since the project was opened, of whichever run; by run and id. */
const useTold = create<Record<string, EvaluationInfo>>(() => ({}))
whenProjectLeft(() => useTold.setState({}, true))

const keyOf = ({ runId, id }: { runId: number; id: number }) => `${runId} ${id}`

/** Of a run, the newest first. */
export function useEvaluations(runId: number) {
  return useQuery({
    queryKey: runKey(runId, 'evaluations'),
    queryFn: ({ signal }) => service.call('evaluations.list', { runId }, { signal }),
    refetchOnMount: 'always',
  })
}

/** Those that compute or wait, of whichever run, as far as this window heard of them. */
export function useEvaluationsUnderWay(runId: number | undefined): EvaluationInfo[] {
  const told = useTold()
  const { data } = useQuery({
    queryKey: runKey(runId ?? 0, 'evaluations'),
    queryFn: ({ signal }) => service.call('evaluations.list', { runId: runId! }, { signal }),
    enabled: runId !== undefined,
  })
  const all = { ...Object.fromEntries((data ?? []).map((info) => [keyOf(info), info])), ...told }
  return Object.values(all).filter(({ state }) => state === 'running' || state === 'queued')
}

/** Takes an evaluation over as it is now. */
export function recordEvaluation(client: QueryClient, info: EvaluationInfo): void {
  useTold.setState({ [keyOf(info)]: info })
  client.setQueryData<EvaluationInfo[]>(runKey(info.runId, 'evaluations'), (known) => {
    if (known === undefined) return undefined
    if (!known.some(({ id }) => id === info.id)) return [info, ...known]
    return known.map((other) => (other.id === info.id ? info : other))
  })
  if (info.state === 'finished') void makeStale(client, { queryKey: runKey(info.runId, 'evaluation') })
}

/** Calls `tell` with evaluations that ended, whether done or not, after they were seen under way. */
export function whenEvaluationEnds(tell: (info: EvaluationInfo) => void): () => void {
  return useTold.subscribe((now, before) => {
    for (const [key, info] of Object.entries(now)) {
      const wasRunning = before[key]?.state === 'running'
      if (wasRunning && (info.state === 'finished' || info.state === 'failed')) tell(info)
    }
  })
}

/** Passes that it will take; with `measure`, which computes some of them, the time. */
export function useEvaluationEstimate(runId: number, request: EvaluationRequest, measure: boolean, enabled = true) {
  return useQuery({
    queryKey: programKey('evaluation-estimate', openProjectPath(), runId, request, measure),
    queryFn: ({ signal }) => service.call('evaluations.estimate', { runId, request, measure }, { signal }),
    placeholderData: measure ? undefined : keepPreviousData,
    gcTime: 0,
    enabled,
  })
}

export function useStartEvaluation(runId: number) {
  return useEvaluationMutation((request: EvaluationRequest) => service.call('evaluations.start', { runId, request }))
}

export type EvaluationAction = 'pause' | 'resume' | 'remove'

export function useEvaluationControl({ runId, id }: { runId: number; id: number }) {
  return useEvaluationMutation(async (action: EvaluationAction) => {
    await service.call(`evaluations.${action}`, { runId, id })
  })
}

function useEvaluationMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => makeStale(client, { predicate: ({ queryKey }) => readKey(queryKey).kind === 'evaluations' }),
  })
}

export function useMapEvaluation(runId: number, id: number) {
  return useQuery({
    queryKey: runKey(runId, 'evaluation', 'maps', id),
    queryFn: ({ signal }) => service.call('evaluations.maps', { runId, id }, { signal }),
  })
}

/** Over those of its samples that match the filter; null asks for nothing. */
export function useHeadEvaluation(runId: number, id: number | null, filter: string) {
  return useQuery({
    queryKey: runKey(runId, 'evaluation', 'heads', id, filter),
    queryFn: ({ signal }) => service.call('evaluations.heads', { runId, id: id!, filter }, { signal }),
    placeholderData: ofSameRun(runId),
    enabled: id !== null,
  })
}

export function useHeadSamples(
  runId: number,
  id: number,
  filter: string,
  { layer, head, count }: { layer: number; head: number; count: number },
) {
  return useQuery({
    queryKey: runKey(runId, 'evaluation', 'head-samples', id, filter, layer, head, count),
    queryFn: ({ signal }) =>
      service.call('evaluations.headSamples', { runId, id, filter, layer, head, count }, { signal }),
  })
}

/** Heads switched off by hand, computed now. */
export function useWithoutHeads(
  runId: number,
  heads: readonly { layer: number; head: number }[],
  kind: 'zero' | 'uniform',
  images: { id: number } | { filter: string; limit: number } | null,
) {
  return useQuery({
    queryKey: runKey(runId, 'without-heads', heads, kind, images),
    queryFn: ({ signal }) =>
      service.call('evaluations.withoutHeads', { runId, heads: [...heads], kind, images: images! }, { signal }),
    enabled: images !== null && heads.length > 0,
    meta: { onlyWhenAsked: true },
    gcTime: 0,
  })
}
