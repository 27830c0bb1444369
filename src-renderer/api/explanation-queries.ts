/** Query hooks of single samples explained on demand: other targets, methods, layers. Taken back when nobody looks. */
import type { RunInfo, TargetPolicy } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { runKey } from './query-keys'
import { service } from './service'

const KEPT_MS = 300_000

/** Maps of some methods for any class or contrast, with the settings of the run. */
export function explanationQuery(run: RunInfo, id: number, target: TargetPolicy, methods: readonly MethodId[]) {
  return queryOptions({
    queryKey: runKey(run.id, 'explain', id, target, methods),
    queryFn: ({ signal }) => explanationCall(run, id, target, methods, signal),
    gcTime: KEPT_MS,
  })
}

export function explanationCall(
  run: RunInfo,
  id: number,
  target: TargetPolicy,
  methods: readonly MethodId[],
  signal: AbortSignal,
) {
  return service.call('sample.explain', { ...questionOf(run, id), target, methods: [...methods] }, { signal })
}

/** The same where there is something to ask: null asks for nothing. */
export function useExplanation(
  run: RunInfo,
  id: number,
  wanted: { target: TargetPolicy; methods: readonly MethodId[] } | null,
) {
  const { target, methods } = wanted ?? NOTHING
  return useQuery({ ...explanationQuery(run, id, target, methods), enabled: wanted !== null })
}

/** Maps on demand follow the settings of the run, so that they compare with its own. */
const questionOf = (run: RunInfo, id: number) => ({ runId: run.id, id, settings: run.definition.settings })

const NOTHING = { target: { kind: 'predicted' } as const, methods: [] }

/** A method's map after each layer; `wanted` null asks for nothing. */
export function useLayerMaps(run: RunInfo, id: number, wanted: { target: TargetPolicy; method: MethodId } | null) {
  const { target, method } = wanted ?? { target: NOTHING.target, method: 'rollout' as const }
  return useQuery({
    queryKey: runKey(run.id, 'layers', id, target, method),
    queryFn: ({ signal }) => service.call('sample.layers', { ...questionOf(run, id), target, method }, { signal }),
    gcTime: KEPT_MS,
    enabled: wanted !== null,
  })
}

/** Attention of a head from the read-out token, or from a patch. */
export function attentionQuery(runId: number, id: number, layer: number, head: number, patch: number | null) {
  return queryOptions({
    queryKey: runKey(runId, 'attention', id, { layer, head }, patch),
    queryFn: ({ signal }) => service.call('sample.attention', { runId, id, layer, head, patch }, { signal }),
    gcTime: KEPT_MS,
  })
}

/** The same of a chosen head; `wanted` null asks for nothing. */
export function useHeadAttention(
  runId: number,
  id: number,
  wanted: { layer: number; head: number } | null,
  patch: number | null,
) {
  const { layer, head } = wanted ?? { layer: 0, head: 0 }
  return useQuery({ ...attentionQuery(runId, id, layer, head, patch), enabled: wanted !== null })
}
