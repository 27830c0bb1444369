import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../project/project'
import type { QueryLane } from '../queries/query-lane'
import type { StorageRows } from './storage-rows'

/** What a bug report says about a project's storage: sizes, versions and counts, nothing of what is in it. */
export interface StorageFacts extends StorageRows {
  files: { name: string; bytes: number }[]
  networkDisk: string | null
  /** Where datasets lie, to be left out of the report. */
  roots: string[]
}

/** Rows are counted in the lane's thread: that reads a large project through. */
export async function readStorageFacts(project: Project, lane: QueryLane): Promise<StorageFacts> {
  const roots = project.review.prepare<[], string>(`SELECT root FROM dataset ORDER BY id`).pluck().all()
  const files = readdirSync(project.path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, bytes: statSync(join(project.path, name)).size }))
  return { files, ...(await lane.ask('storageRows', [])), networkDisk: project.networkDisk, roots }
}
