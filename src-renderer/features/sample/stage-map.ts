import { dependsOnTarget } from '@shared/target-fits'
import type { RunInfo, TargetPolicy } from '@shared/api'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { targetName } from '@shared/targets'
import { useMemo } from 'react'
import { useHeadAttention, useLayerMaps } from '../../api/explanation-queries'
import type { RelevanceMap } from '../../api/sample-queries'
import { patchOf } from '../../heatmap/patches'
import type { HeadId } from '../../shared/heads/head-id'
import { type ShownExplanation, methodMap } from './shown-explanation'

interface Wanted {
  run: RunInfo
  id: number
  shown: ShownExplanation | undefined
  method: MethodId | null
  target: TargetPolicy | null
  head: HeadId | null
  /** Row-major index of the patch whose attention is wanted; null for the read-out token. */
  patch: number | null
  /** The layer after which the method is looked at; null for all. */
  layer: number | null
}

export interface StageMap {
  map: RelevanceMap | null
  /** What is shown, in words. */
  what: string
  computing: boolean
  error: Error | null
}

/** The map that the large picture shows: of a method, of a method after a layer, or the attention of a head. */
export function useStageMap({ run, id, shown, method, target, head, patch, layer }: Wanted): StageMap {
  const { layers, grid } = run.model
  const isPart = head === null && method !== null && layer !== null && layer < layers - 1
  const attention = useHeadAttention(run.id, id, head, patch)
  const parts = useLayerMaps(run, id, isPart ? { target: target ?? run.definition.target, method } : null)
  const ofMethod = useMemo(() => methodMap(shown, method), [shown, method])
  const part = useMemo((): RelevanceMap | null => {
    if (!parts.data || layer === null) return null
    const size = parts.data.grid[0] * parts.data.grid[1]
    return { grid: parts.data.grid, values: parts.data.values.subarray(layer * size, (layer + 1) * size) }
  }, [parts.data, layer])

  if (head) {
    const at = patch !== null && grid ? patchOf(patch, grid) : null
    const from = at ? ` from row ${at.row}, column ${at.column}` : ''
    return {
      map: attention.data ?? null,
      what: `Attention of layer ${head.layer}, head ${head.head}${from}`,
      computing: attention.isFetching,
      error: attention.error,
    }
  }
  // Some maps are the same for every target.
  const isAimed = target !== null && method !== null && dependsOnTarget(method, run.model)
  const of = isAimed ? ` for ${targetName(target, run.definition.labels)}` : ''
  const noMethod = run.model.noMaps === undefined ? 'No method' : 'Head scores alone, no maps'
  const name = method ? METHODS[method].name : noMethod
  if (isPart) {
    return { map: part, what: `${name}${of}, after layer ${layer}`, computing: parts.isPending, error: parts.error }
  }
  return { map: ofMethod, what: name + of, computing: false, error: null }
}
