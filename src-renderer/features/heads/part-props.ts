import type { HeadsView } from '../../shared/heads/heads-state'
import type { RunInfo } from '@shared/api'

/** What every part of the heads screen gets. */
export interface PartProps {
  run: RunInfo
  view: HeadsView
  change: (part: Partial<HeadsView>) => void
}
