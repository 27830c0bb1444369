/** Choosing samples in the grid as in a file manager: by mouse and keys, single ones and stretches. */
import { useCallback, useRef } from 'react'
import { chosenSamples, selectSamples, toggleSample, useSelection } from '../../base/selection'

export function useGridSelection(runId: number, ids: Uint32Array) {
  const chosen = useSelection(runId)
  /** Where a stretch begins. */
  const anchor = useRef(0)

  const toggle = useCallback(
    (place: number) => {
      anchor.current = place
      const id = ids[place]
      if (id !== undefined) toggleSample(runId, id)
    },
    [ids, runId],
  )

  /** Adds everything between the last toggled sample and this one. */
  const extendTo = useCallback(
    (place: number) => {
      const [from, to] = [Math.min(anchor.current, place), Math.max(anchor.current, place)]
      selectSamples(runId, [...chosenSamples(runId), ...ids.subarray(from, to + 1)])
    },
    [ids, runId],
  )

  const all = useCallback(() => selectSamples(runId, ids), [ids, runId])
  /** A stretch that is begun by keys begins at the active sample. */
  const anchorAt = useCallback((place: number) => (anchor.current = Math.max(0, place)), [])
  return { chosen, toggle, extendTo, all, anchorAt }
}
