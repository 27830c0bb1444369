import type { Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import type { Migration } from '../migrations'
import { type FileKind, stampFile } from './file-identity'

/**
 * Brings a database to the newest version, each step in a transaction of its own together with its number.
 * Throws 'project-newer' for a file that a later Headlight has written, and leaves it untouched.
 */
export function migrate(database: Database, migrations: readonly Migration[], kind?: FileKind): void {
  const newest = migrations.at(-1)?.version ?? 0
  const current = Number(database.pragma('user_version', { simple: true }))
  if (current > newest) throw newerFile(database.name, current, migrations)
  for (const { version, sql, prepare } of migrations) {
    if (version <= current) continue
    prepare?.(database)
    database.transaction(() => {
      database.exec(sql)
      if (kind === undefined) database.pragma(`user_version = ${version}`)
      else stampFile(database, kind, version)
    })()
  }
}

/** The error of a file that a later Headlight has written. */
export function newerFile(file: string, version: number, migrations: readonly Migration[]): HeadlightError {
  const newest = migrations.at(-1)?.version ?? 0
  return new HeadlightError(
    'project-newer',
    `${file} was written by a newer Headlight (version ${version} of its format, this one knows ${newest}); update Headlight to open it.`,
  )
}
