/** Projects as both sides speak of them. */
import type { RunInfo } from './run'

export interface ProjectInfo {
  path: string
  name: string
  runs: RunInfo[]
  /** Ids of the runs that wait, in the order in which they will be computed. */
  queue: number[]
  /** Messages about repairs on opening, such as a damaged cache that was set aside. */
  notices: string[]
  /** Results of runs that the project does not know: it was restored from a backup, or lost. */
  unclaimed: UnclaimedRun[]
}

/** Results without a run. They are given back or removed, and never joined to another run. */
export interface UnclaimedRun {
  id: number
  name: string
  /** When the run began; null where nothing but its results is known. */
  createdAt: string | null
  /** File name of the model. */
  model: string | null
  /** Path of the dataset. */
  dataset: string | null
  /** With a result. */
  samples: number
  /** False where no copy of the run's definition was kept: its results can only be removed. */
  restorable: boolean
}
