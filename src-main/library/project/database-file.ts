import { existsSync, renameSync } from 'node:fs'
import { parse } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import type { Migration } from '../migrations'
import { teachRowChecksum } from '../stored/row-checksum'
import { applicationId, type FileKind, stampFile } from './file-identity'
import { migrate } from './migrate'

export interface DatabaseFile {
  file: string
  kind: FileKind
  migrations: readonly Migration[]
  /** FULL where every acknowledged write must survive a power cut, NORMAL where it can be computed again. */
  synchronous: 'FULL' | 'NORMAL'
  /** Bytes of a page, where the file is made new. */
  pageBytes: number
  /** What is wrong with what the rows of a file of this version say, null for nothing. */
  faultIn?(database: Database, version: number): string | null
}

/**
 * Opens a database, creates it where there is none, and brings it to the newest version: in WAL mode, or `alone` with a
 * rollback journal and without a second connection, as disks of other machines need it.
 */
export function openDatabase(
  { file, kind, migrations, synchronous, pageBytes }: DatabaseFile,
  alone: boolean,
): Database {
  const database = new Sqlite(file)
  try {
    database.pragma(`page_size = ${pageBytes}`)
    chooseJournal(database, alone)
    database.pragma(`synchronous = ${alone ? 'FULL' : synchronous}`)
    database.pragma('foreign_keys = ON')
    teachRowChecksum(database)
    migrate(database, migrations, kind)
    // A file of a former version that had nothing to migrate is marked as what it is.
    const version = migrations.at(-1)?.version ?? 0
    if (database.pragma('application_id', { simple: true }) !== applicationId(kind, version)) {
      stampFile(database, kind, version)
    }
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

/** Writes the version that a file was found to have into its header. */
export function renumber({ file, kind }: DatabaseFile, version: number, alone: boolean): void {
  const database = new Sqlite(file)
  try {
    if (alone) database.pragma('locking_mode = EXCLUSIVE')
    stampFile(database, kind, version)
  } finally {
    database.close()
  }
}

/**
 * What SQLite says about the structure of an open database: its first complaint, null when it is sound. Of the precious
 * file, indexes are compared with their tables as well; in the large ones that would take as long again.
 */
export function checkStructure(database: Database, kind: FileKind): string | null {
  const check = kind === 'review' ? 'integrity_check(1)' : 'quick_check(1)'
  const answer = String(database.pragma(check, { simple: true }))
  return answer === 'ok' ? null : answer
}

/** Renames a file and its journals out of the way, with why and the time in the name. Returns the new name; deletes nothing. */
export function setAside(file: string, now: Date, why: 'damaged' | 'unrelated' = 'damaged'): string {
  const { dir, name, ext } = parse(file)
  const stamp = now.toISOString().replaceAll(':', '').replace('T', '-').slice(0, 17)
  let aside = `${dir}/${name}.${why}-${stamp}${ext}`
  for (let copy = 2; existsSync(aside); copy++) aside = `${dir}/${name}.${why}-${stamp}-${copy}${ext}`
  for (const journal of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(file + journal)) renameSync(file + journal, aside + journal)
  }
  return aside
}

/** True where SQLite says that a file is not a sound database. */
export function isDamage(error: unknown): error is Error {
  const code = error instanceof Sqlite.SqliteError ? error.code : ''
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')
}

/** True where SQLite cannot read or write a file because of the place where it lies. */
export function isWriteFailure(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(READONLY|CANTOPEN|PERM|IOERR|FULL)/.test(error.code)
}

/** The error of a file that turned out to be damaged while it was used. */
export function damagedFile(cause: unknown): HeadlightError {
  const message = `A file of the project is damaged. Close the project and open it again: it is then checked, and what is damaged set aside and replaced.`
  return new HeadlightError('project-damaged', message, { cause })
}
