import { useProject } from '../../api/queries'
import { defineCommands, useCommands } from '../../app/commands'
import type { Pane } from './panes'
import { togglePin } from './pins'

export const pinCommands = defineCommands('Comparing', {
  pin: { name: 'Pin what is shown for comparison, or take it off', keys: ['B'] },
})

/** Binds the pin key while a screen shows something that can be pinned; `name` is what the user is told. */
export function usePinCommand(shown: () => { pane: Pane; name: string } | null): () => void {
  const project = useProject().data?.path
  const pin = () => {
    const found = shown()
    if (project !== undefined && found) togglePin(project, found.pane, found.name)
  }
  useCommands(pinCommands, { pin: project === undefined ? null : pin })
  return pin
}
