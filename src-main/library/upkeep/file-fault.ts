import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { backupFiles, unpackBackup } from '../project/backups'
import { openSchemaFault, structureFault } from '../project/inspect-file'
import { filesOf } from '../project/project'
import type { ProjectFiles } from '../project/project-files'
import { lookAtResults } from '../stored/result-checksums'
import { faultInReview } from '../stored/review-faults'

/**
 * What is wrong with a file of the project, null for nothing. Of its two databases structure, schema and content are read on
 * the open connections. `stop` is called between steps; `alone` says that no other connection may read.
 */
export function fileFault(files: ProjectFiles, stop: () => void, name: string, alone: boolean): string | null {
  const folder = dirname(files.review.name)
  const open = [files.review, files.cache].find((database) => basename(database.name) === name)
  if (open !== undefined) return structureOf(open, stop) ?? contentFault(folder, open, stop)
  const path = join(folder, name)
  return backupFiles(folder).includes(path) ? damageOfBackup(path, alone) : structureFault(path, alone)
}

function damageOfBackup(backup: string, alone: boolean): string | null {
  const folder = dirname(backup)
  const unpacked = { ...filesOf(folder).review, file: join(folder, 'review.checked.part') }
  try {
    return unpackBackup(backup, unpacked, alone)
  } finally {
    rmSync(unpacked.file, { force: true })
  }
}

/** What is wrong with what an open database says, as opening it anew would find it. */
function contentFault(folder: string, open: Database, stop: () => void): string | null {
  const { review, cache } = filesOf(folder)
  // One state of the file: others write meanwhile.
  if (basename(open.name) === basename(review.file))
    return open.transaction(() => openSchemaFault(open, review) ?? faultInReview(open))()
  const fault = openSchemaFault(open, cache)
  if (fault !== null) return fault
  const looking = lookAtResults(open, cache.migrations.at(-1)?.version ?? 0)
  for (;;) {
    const { done, value } = looking.next()
    if (done === true) return value
    stop()
  }
}

/** SQLite's integrity_check, one table at a time. */
function structureOf(database: Database, stop: () => void): string | null {
  const tables = database
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name`)
    .pluck()
    .all()
  for (const table of ['sqlite_schema', ...tables]) {
    stop()
    const answer = String(database.pragma(`integrity_check("${table.replaceAll('"', '""')}")`, { simple: true }))
    if (answer !== 'ok') return answer.replace(/\s+/g, ' ').trim()
  }
  return null
}
