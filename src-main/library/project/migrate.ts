import type { Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import type { Migration } from '../migrations'

/**
 * Brings a database to the newest version, each step in a transaction of its own together with its number.
 * Throws 'project-newer' for a file that a later Headlight has written, and leaves it untouched.
 */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0
  const current = Number(database.pragma('user_version', { simple: true }))
  if (current > newest) {
    throw new HeadlightError(
      'project-newer',
      `${database.name} was written by a newer Headlight (version ${current} of its format, this one knows ${newest}); update Headlight to open it.`,
    )
  }
  for (const { version, sql } of migrations) {
    if (version <= current) continue
    database.transaction(() => {
      database.exec(sql)
      database.pragma(`user_version = ${version}`)
    })()
  }
}
