/** The samples that are chosen for a bulk action, for every screen of a run. Too many for an address: it lasts a session. */
import { create } from 'zustand'
import { whenProjectLeft } from '../api/open-project'

const NONE: ReadonlySet<number> = new Set()

const useSelections = create<{ runId: number; ids: ReadonlySet<number> }>(() => ({ runId: -1, ids: NONE }))

whenProjectLeft(() => useSelections.setState({ runId: -1, ids: NONE }))

/** The chosen samples of a run. */
export function useSelection(runId: number): ReadonlySet<number> {
  return useSelections((selection) => (selection.runId === runId ? selection.ids : NONE))
}

export function chosenSamples(runId: number): ReadonlySet<number> {
  const selection = useSelections.getState()
  return selection.runId === runId ? selection.ids : NONE
}

export function selectSamples(runId: number, ids: Iterable<number>): void {
  useSelections.setState({ runId, ids: new Set(ids) })
}

/** Takes a sample in, or out again. */
export function toggleSample(runId: number, id: number): void {
  const next = new Set(chosenSamples(runId))
  if (!next.delete(id)) next.add(id)
  selectSamples(runId, next)
}
