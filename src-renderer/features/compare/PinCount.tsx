import { useProject } from '../../api/queries'
import { readPanes } from '../../shared/pins/panes'
import { usePins } from '../../shared/pins/pins'

/** How many panes are pinned, after the name of the tab. */
export function PinCount() {
  const pins = readPanes(usePins(useProject().data?.path)).length
  return pins > 0 ? ` (${pins})` : null
}
