import type { Detection, RunInfo, SampleDetail, TargetPolicy } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { targetName } from '@shared/targets'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { type RelevanceMap, detailQuery } from '../../api/sample-queries'
import { computedTarget, targetMapQuery, withoutMap } from '../../api/target-maps'

interface Wanted {
  run: RunInfo
  id: number
  /** The sample that comes next: its map is computed while this one is looked at. */
  next: number | undefined
  detail: SampleDetail | undefined
  /** Null for no overlay. */
  method: MethodId | null
  /** Null for the run's own. */
  target: TargetPolicy | null
}

/** The map of the sample that is judged, and what has to be said of it: what it explains, or why it is not there. */
export function useTriageMap({ run, id, next, detail, method, target }: Wanted): {
  map: RelevanceMap | null
  /** Of a detector: the query that is explained. */
  detection?: Detection
  note: string
} {
  const client = useQueryClient()
  const computed = computedTarget(run, target, method)
  const isAsked = computed !== null && detail?.row.error === null && withoutMap(computed, detail.row) === null
  const found = useQuery({
    ...targetMapQuery(run, id, computed ?? run.definition.target, method ?? 'gmar_l1'),
    enabled: isAsked,
  })

  const isFree = !isAsked || !found.isPending
  useEffect(() => {
    if (next === undefined || !computed || !method || !isFree) return
    void client.fetchQuery(detailQuery(run.id, next)).then(
      ({ row }) => {
        if (row.error === null && withoutMap(computed, row) === null)
          return client.prefetchQuery(targetMapQuery(run, next, computed, method))
      },
      // Its own stage asks again, and says what went wrong.
      () => undefined,
    )
  }, [client, computed, isFree, method, next, run])

  if (!computed) {
    const values = detail?.maps.find((map) => map.method === method)?.values
    return { map: detail && values ? { grid: detail.grid, values } : null, detection: detail?.row.detection, note: '' }
  }
  const aim = `for ${targetName(computed, run.definition.labels)}`
  const without = detail && withoutMap(computed, detail.row)
  if (without) return { map: null, note: `${aim}: none. ${without}.` }
  if (found.error) return { map: null, note: `${aim}: ${found.error.message}` }
  if (!found.data) return { map: null, note: isAsked ? `${aim}: computing …` : aim }
  return 'map' in found.data
    ? { map: found.data.map, detection: found.data.detection, note: aim }
    : { map: null, note: `${aim}: none. ${found.data.without}.` }
}
