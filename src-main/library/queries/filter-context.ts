import type { RunInfo } from '@shared/api'
import type { RunColumns } from '../columns/run-columns'
import type { ProjectFiles } from '../project/project-files'

/** What a question about the samples of a run is answered from. */
export interface FilterContext {
  files: ProjectFiles
  run: RunInfo
  columns: RunColumns
  /** Throws when nobody waits for the answer any more. */
  stop(): void
}
