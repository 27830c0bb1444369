import { existsSync, renameSync } from 'node:fs'
import { parse } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import type { Migration } from '../migrations'
import { migrate } from './migrate'

export interface DatabaseFile {
  file: string
  migrations: readonly Migration[]
  /** FULL where every acknowledged write must survive a power cut, NORMAL where it can be computed again. */
  synchronous: 'FULL' | 'NORMAL'
  /** Bytes of a page, where the file is made anew. */
  pageBytes: number
}

/**
 * Opens a database, creates it where there is none, and brings it to the newest version: in WAL mode, or `alone` with a
 * rollback journal and without a second connection, as disks of other machines need it.
 */
export function openDatabase({ file, migrations, synchronous, pageBytes }: DatabaseFile, alone: boolean): Database {
  const database = new Sqlite(file)
  try {
    database.pragma(`page_size = ${pageBytes}`)
    chooseJournal(database, alone)
    database.pragma(`synchronous = ${alone ? 'FULL' : synchronous}`)
    database.pragma('foreign_keys = ON')
    migrate(database, migrations)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function chooseJournal(database: Database, alone: boolean): void {
  // Before the first read: so a file that was left in WAL mode is opened without shared memory.
  if (alone) database.pragma('locking_mode = EXCLUSIVE')
  database.pragma(`journal_mode = ${alone ? 'TRUNCATE' : 'WAL'}`)
}

/** What is wrong with the structure of a database file, null when it is sound or not there. */
export function findDamage(file: string, alone = false): string | null {
  if (!existsSync(file)) return null
  let database: Database | null = null
  try {
    database = new Sqlite(file)
    if (alone) database.pragma('locking_mode = EXCLUSIVE')
    return checkStructure(database)
  } catch (error) {
    if (isDamage(error)) return error.message
    throw error
  } finally {
    database?.close()
  }
}

/** SQLite's quick_check of an open database: its first complaint, null when it is sound. */
export function checkStructure(database: Database): string | null {
  const answer = String(database.pragma('quick_check(1)', { simple: true }))
  return answer === 'ok' ? null : answer
}

/** Renames a file and its journals out of the way, with the time in the name. Returns the new name; deletes nothing. */
export function setAside(file: string, now: Date): string {
  const { dir, name, ext } = parse(file)
  const stamp = now.toISOString().replaceAll(':', '').replace('T', '-').slice(0, 17)
  let aside = `${dir}/${name}.damaged-${stamp}${ext}`
  for (let copy = 2; existsSync(aside); copy += 1) aside = `${dir}/${name}.damaged-${stamp}-${copy}${ext}`
  for (const journal of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(file + journal)) renameSync(file + journal, aside + journal)
  }
  return aside
}

/** True where SQLite says that a file is no sound database. */
export function isDamage(error: unknown): error is Error {
  const code = error instanceof Sqlite.SqliteError ? error.code : ''
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')
}

/** The error of a file that turned out to be damaged while it was used. */
export function damagedFile(cause: unknown): HeadlightError {
  const message = `A file of the project is damaged. Close the project and open it again: it is then checked, and what is damaged set aside and replaced.`
  return new HeadlightError('project-damaged', message, { cause })
}
