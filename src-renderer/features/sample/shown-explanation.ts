import type { Detection, RunInfo, SampleDetail, TargetPolicy } from '@shared/api'
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { useMemo } from 'react'
import { useExplanation } from '../../api/explanation-queries'
import type { RelevanceMap } from '../../api/sample-queries'

/** What is known about a sample for one target: what the run stored, and what was computed on demand. */
export interface ShownExplanation {
  grid: [number, number]
  maps: SampleDetail['maps']
  top: SampleDetail['top']
  /** The class that is explained, and the one that it is explained against. */
  target: number
  against: number | null
  /** Probability of every class; null for the five highest only. */
  probabilities: Float32Array | null
  headL1: Float32Array | null
  headL2: Float32Array | null
  /** Of a detector: the query that is explained. */
  detection?: Detection
}

/**
 * The explanation of a sample for a target; null is the run's own. Maps that the run did not store are computed: all of
 * another target, and, once `extra` asks for one of them, the methods that the run left out.
 */
export function useShownExplanation(
  run: RunInfo,
  id: number,
  detail: SampleDetail | undefined,
  target: TargetPolicy | null,
  extra: MethodId | null,
) {
  const own = run.definition.target
  const possible = run.model.noMaps === undefined ? METHOD_IDS : []
  const missing = possible.filter((method) => !run.definition.methods.includes(method))
  const wanted = target ? { target, methods: possible } : extra ? { target: own, methods: missing } : null
  const isReadable = detail === undefined || detail.row.error === null
  const computed = useExplanation(run, id, detail && isReadable ? wanted : null)
  // The same object for the same answers: pictures are painted again when their map is another one.
  const shown = useMemo((): ShownExplanation | undefined => {
    if (target) return computed.data
    if (!detail) return undefined
    const detection = detail.row.detection ?? computed.data?.detection
    const maps = [...detail.maps, ...(computed.data?.maps ?? [])]
    return { ...detail, probabilities: null, maps, ...(detection && { detection }) }
  }, [target, computed.data, detail])
  return {
    shown,
    computing: isReadable && wanted !== null && computed.isPending,
    error: computed.error,
    retry: computed.refetch,
  }
}

/** The map of a method; null where there is none. */
export function methodMap(shown: ShownExplanation | undefined, method: MethodId | null): RelevanceMap | null {
  const found = shown?.maps.find((map) => map.method === method)
  return shown && found ? { grid: shown.grid, values: found.values } : null
}
