import type { RunInfo } from '@shared/api'
import type { HeadsView } from './heads-view'

/** What every part of the heads screen gets. */
export interface PartProps {
  run: RunInfo
  view: HeadsView
  change: (part: Partial<HeadsView>) => void
}
