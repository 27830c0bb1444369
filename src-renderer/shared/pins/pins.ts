/** Panes that were pinned for comparison, a list a project, kept in this browser until they are taken off again. */
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { notify } from '../../api/live'
import { MAX_PANES, type Pane, readPanes, writePane, writePanes } from './panes'

const usePinned = create<{ pins: Record<string, string> }>()(
  persist(() => ({ pins: {} as Record<string, string> }), {
    name: 'headlight-pins',
    storage: createJSONStorage(() => localStorage),
  }),
)

/** The pins of a project as an address writes them; '' for none. */
export function usePins(project: string | undefined): string {
  return usePinned(({ pins }) => (project === undefined ? '' : (pins[project] ?? '')))
}

export function setPins(project: string, panes: readonly Pane[]): void {
  usePinned.setState(({ pins }) => ({ pins: { ...pins, [project]: writePanes(panes) } }))
}

/** Pins a pane, or takes it off where it is pinned; says what became of it. */
export function togglePin(project: string, pane: Pane, name: string): void {
  const pinned = readPanes(usePinned.getState().pins[project] ?? '')
  const others = pinned.filter((other) => writePane(other) !== writePane(pane))
  if (others.length < pinned.length) {
    setPins(project, others)
    notify('info', `${name} is not pinned any more. Compare (${others.length})`)
  } else if (pinned.length >= MAX_PANES) {
    notify('warning', `${MAX_PANES} panes are pinned, as many as fit. Take one off in Compare to pin another.`)
  } else {
    setPins(project, [...pinned, pane])
    notify('info', `Pinned ${name}. Compare (${pinned.length + 1})`)
  }
}
