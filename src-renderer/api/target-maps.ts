/**
 * Maps of one method for another target than the run's, computed while somebody looks: one sample at a time, so that a run
 * goes on between them, what is in sight first, nothing that was scrolled past.
 */
import { dependsOnTarget } from '@shared/target-fits'
import type { Detection, RunInfo, SampleRow, TargetPolicy } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { MethodId } from '@headlight/explain/methods'
import { contrastsWithLabel, isSameTarget, needsLabel } from '@shared/targets'
import { queryOptions, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { create } from 'zustand'
import { explanationCall } from './explanation-queries'
import { runKey } from './query-keys'
import type { RelevanceMap } from './sample-queries'
import { Turns } from './turns'

/** A map, or why there is none. */
export type TargetMap = { map: RelevanceMap; detection?: Detection } | { without: string }
/** What a tile shows of it: also that it is on its way. */
export type TileMap = TargetMap | 'computing'

/** Milliseconds that a row stays in sight before anything is computed for it. */
const SETTLE_MS = 150
const AS_LABEL = 'Predicted as its label'
const NO_LABEL = 'No label'
const EMPTY_MASK = 'No place of the class'

const turns = new Turns()

const computing = create(() => 0)

/** Maps that are wanted and on their way: those of tiles in sight, and of the rows next to them. */
export const useComputingMaps = (): number => computing()

/** The target that maps have to be computed for; null where the run's own maps are the answer. */
export function computedTarget(run: RunInfo, target: TargetPolicy | null, method: MethodId | null) {
  if (!target || !method || isSameTarget(target, run.definition.target)) return null
  return dependsOnTarget(method, run.model) ? target : null
}

/** Why a sample has no such map, as far as its row says; null where it has to be asked for. */
export function withoutMap(target: TargetPolicy, row: SampleRow): string | null {
  if (needsLabel(target) && row.label === null) return NO_LABEL
  return contrastsWithLabel(target) && row.correct ? AS_LABEL : null
}

export function targetMapQuery(run: RunInfo, id: number, target: TargetPolicy, method: MethodId) {
  return queryOptions({
    queryKey: runKey(run.id, 'target-map', id, target, method),
    queryFn: ({ signal }) => fetchMap(run, id, target, method, signal),
  })
}

async function fetchMap(
  run: RunInfo,
  id: number,
  target: TargetPolicy,
  method: MethodId,
  signal: AbortSignal,
): Promise<TargetMap> {
  try {
    const { grid, maps, detection } = await explanationCall(run, id, target, [method], signal)
    const values = maps[0]?.values
    return values ? { map: { grid, values }, ...(detection && { detection }) } : { without: 'No map' }
  } catch (error) {
    if (!(error instanceof HeadlightError)) throw error
    if (error.code === 'no-contrast') return { without: AS_LABEL }
    if (error.code === 'no-label') return { without: NO_LABEL }
    if (error.code === 'empty-mask') return { without: EMPTY_MASK }
    if (error.code === 'no-mask') return { without: 'No mask' }
    throw error
  }
}

interface Row {
  run: RunInfo
  ids: Uint32Array
  rows: Map<number, SampleRow> | undefined
  method: MethodId | null
  /** As `computedTarget` gives it: null computes nothing. */
  target: TargetPolicy | null
  /** How far the row is from the upper edge of what is in sight. */
  rank: () => number
}

/** What there is of the maps of a row's samples, by id; it grows as they are computed. */
export function useTargetMaps({ run, ids, rows, method, target, rank }: Row): ReadonlyMap<number, TileMap> {
  const client = useQueryClient()
  const known = useMemo(() => {
    const maps = new Map<number, TileMap>()
    if (!target || !method) return maps
    for (const id of ids) {
      const row = rows?.get(id)
      if (!row || row.error !== null || row.prediction === null) continue
      const without = withoutMap(target, row)
      maps.set(id, without === null ? (keptMap(client, run, id, target, method) ?? 'computing') : { without })
    }
    return maps
  }, [client, ids, method, rows, run, target])
  const [found, setFound] = useState({ since: known, maps: known })

  useEffect(() => {
    if (!target || !method) return
    const passed = new AbortController()
    const show = (id: number, map: TileMap) => {
      if (passed.signal.aborted) return
      setFound(({ since, maps }) => ({ since: known, maps: new Map(since === known ? maps : known).set(id, map) }))
    }
    const timer = setTimeout(() => {
      for (const [id, map] of known) {
        if (map !== 'computing') continue
        computing.setState((count) => count + 1, true)
        turns
          .run(() => fetchMap(run, id, target, method, passed.signal), rank, passed.signal)
          .then((computed) => {
            // Kept as long as the cache keeps what nobody looks at: minutes.
            client.setQueryData(targetMapQuery(run, id, target, method).queryKey, computed)
            show(id, computed)
          })
          // What was taken back fails, too, and is shown to nobody.
          .catch((error: Error) => show(id, { without: error.message }))
          .finally(() => computing.setState((count) => count - 1, true))
      }
    }, SETTLE_MS)
    return () => {
      clearTimeout(timer)
      passed.abort()
    }
  }, [client, known, method, rank, run, target])
  return found.since === known ? found.maps : known
}

function keptMap(client: QueryClient, run: RunInfo, id: number, target: TargetPolicy, method: MethodId) {
  const state = client.getQueryState<TargetMap>(targetMapQuery(run, id, target, method).queryKey)
  return state && !state.isInvalidated ? state.data : undefined
}
