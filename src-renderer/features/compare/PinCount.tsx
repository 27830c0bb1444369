import { useProject } from '../../api/queries'
import { readPanes } from './panes'
import { usePins } from './pins'

/** How many panes are pinned, after the name of the tab. */
export function PinCount() {
  const pins = readPanes(usePins(useProject().data?.path)).length
  return pins > 0 ? ` (${pins})` : null
}
