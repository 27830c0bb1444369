import type { RunInfo } from '@shared/api'
import { isDatasetGone } from '../datasets/presence'
import type { Library } from './compute-source'
import { areMasksGone, filesOf } from './lost-masks'
import { isRoomy, roomFor } from './room'

const WITNESSES = 16

/** Whether the cause that made a run pause by itself has passed. */
export async function isPauseCauseGone(library: Library, run: RunInfo): Promise<boolean> {
  if (run.errorCode === 'disk-full') {
    const project = await library.project.current()
    return project !== null && isRoomy(await roomFor(project, run))
  }
  if (run.errorCode === 'dataset-gone') {
    const pending = await library.runs.pending({ runId: run.id, after: -1, limit: WITNESSES })
    const { dataPath, masksPath } = run.definition
    const files = pending.map(({ file }) => file)
    return !(await isDatasetGone(dataPath, files)) && !(await areMasksGone(masksPath, filesOf(pending)))
  }
  return false
}
