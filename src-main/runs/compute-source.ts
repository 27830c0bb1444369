import type { ComputeApi } from '../compute/api'
import type { LibraryApi } from '../library/api'
import type { Remote } from '../process'

/** Where a run gets its compute process from. */
export interface ComputeSource {
  /** The living process, started where there is none. Its sessions end with it: acquire again after 'process-died'. */
  acquire(): Remote<ComputeApi>
  /** Ends the living process at once, whatever it does. What is under way rejects with 'process-died'. */
  end(): void
}

export type Library = Remote<LibraryApi>
