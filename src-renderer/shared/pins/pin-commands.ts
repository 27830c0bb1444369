import { notify } from '../../api/live'
import { useProject } from '../../api/queries'
import { defineCommands, useCommands } from '../../base/commands'
import type { Pane } from './panes'
import { togglePin } from './pins'

export const pinCommands = defineCommands('Comparing', {
  pin: { name: 'Pin what is shown for comparison, or take it off', keys: ['B'] },
})

/** What the pin key pins, and what the user is told that it is; or why it pins nothing. */
export type Pinnable = { pane: Pane; name: string } | { why: string }

/** Binds the pin key; the innermost part of a screen that knows what is meant answers it. */
export function usePinCommand(shown: () => Pinnable | Promise<Pinnable>): () => void {
  const project = useProject().data?.path
  const pin = async () => {
    if (project === undefined) return
    try {
      const found = await shown()
      if ('why' in found) notify('info', found.why)
      else togglePin(project, found.pane, found.name)
    } catch (error) {
      notify('error', `Nothing was pinned: ${(error as Error).message}`)
    }
  }
  useCommands(pinCommands, { pin: project === undefined ? null : () => void pin() })
  return () => void pin()
}
