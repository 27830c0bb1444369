import { closeSync, openSync, readSync, statSync } from 'node:fs'
import Sqlite, { type Database } from 'better-sqlite3'
import { checkStructure, type DatabaseFile, isWriteFailure } from './database-file'
import { expectedSchema, schemaFault, schemaOf } from './expected-schema'
import { type FileKind, identityOf } from './file-identity'

export type FileState =
  | { state: 'absent' }
  /** Zero bytes, or a database without a table: new, or what is left of one that was known. */
  | { state: 'empty' }
  /** `renumbered` where its header says another version than what it holds. */
  | { state: 'sound'; version: number; renumbered: boolean }
  /** Written by a newer Headlight. */
  | { state: 'newer'; version: number }
  /** `what` completes "review.sqlite: ". */
  | { state: 'damaged'; what: string }

export interface InspectOptions {
  /** Whether no second connection may read. */
  alone?: boolean
  /** Reads all of it: structure, and what it says. Otherwise the header and the schema. */
  thorough: boolean
  /** Whether `thorough` looks at what rows say as well; it does unless told otherwise. */
  rows?: boolean
}

const NAMES: Record<FileKind, string> = {
  review: 'annotations and runs',
  cache: 'results',
  thumbnails: 'thumbnails',
}

/** Looks at a database of a project, and changes nothing that it says: whether it is there, is what it should be, and is whole. */
export function inspectFile(
  expected: DatabaseFile,
  { alone = false, thorough, rows = true }: InspectOptions,
): FileState {
  return openToInspect(expected, alone, (database) => inspectOpen(database, expected, { thorough, rows }))
}

function openToInspect({ file }: DatabaseFile, alone: boolean, look: (database: Database) => FileState): FileState {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) return { state: 'absent' }
  if (!found.isFile()) return damaged('it is not a file')
  // Before SQLite sees it: that would throw away the journal of an empty file.
  if (found.size === 0) return { state: 'empty' }
  const header = headerFault(file)
  if (header !== null) return damaged(header)
  let database: Database | null = null
  try {
    database = new Sqlite(file, { fileMustExist: true })
    if (alone) database.pragma('locking_mode = EXCLUSIVE')
    return look(database)
  } catch (error) {
    if (!saysDamage(error)) throw error
    return damaged(oneLine(error.message))
  } finally {
    database?.close()
  }
}

/** What is wrong with the structure of a database file that may hold anything, null when it is sound or not there. */
export function structureFault(file: string, alone: boolean): string | null {
  const any: DatabaseFile = { file, kind: 'thumbnails', migrations: [], synchronous: 'NORMAL', pageBytes: 4096 }
  const found = openToInspect(any, alone, (database) => {
    const fault = checkStructure(database, any.kind)
    return fault === null ? { state: 'sound', version: 0, renumbered: false } : damaged(oneLine(fault))
  })
  return found.state === 'damaged' ? found.what : null
}

/** What is wrong with the schema of an open database of the newest version, null for nothing. */
export function openSchemaFault(database: Database, { migrations }: DatabaseFile): string | null {
  return schemaFault(schemaOf(database), expectedSchema(migrations, migrations.at(-1)?.version ?? 0))
}

function inspectOpen(
  database: Database,
  expected: DatabaseFile,
  { thorough, rows }: { thorough: boolean; rows: boolean },
): FileState {
  const encoding = String(database.pragma('encoding', { simple: true }))
  if (encoding !== 'UTF-8') return damaged(`its text is in ${encoding}`)
  const found = schemaOf(database)
  if (found.size === 0) return { state: 'empty' }
  const numbered = versionOf(database, expected, found)
  if (numbered.state !== 'sound') return numbered
  const structure = thorough ? checkStructure(database, expected.kind) : null
  const fault = structure ?? (thorough && rows ? expected.faultIn?.(database, numbered.version) : null)
  return fault == null ? numbered : damaged(oneLine(fault))
}

/**
 * The version of its format. It stands in the header twice and is seen in the schema: what two of the three agree on
 * counts. Files of former versions have it once.
 */
function versionOf(database: Database, expected: DatabaseFile, found: ReturnType<typeof schemaOf>): FileState {
  const { kind, migrations } = expected
  const newest = migrations.at(-1)?.version ?? 0
  const said = Number(database.pragma('user_version', { simple: true }))
  const identity = identityOf(Number(database.pragma('application_id', { simple: true })))
  if (identity !== null && identity.kind !== kind)
    return damaged(`it holds ${NAMES[identity.kind]}, not ${NAMES[kind]}`)
  const stamped = identity?.versionByte ?? null
  if (said > newest && stamped === said) return { state: 'newer', version: said }
  const faultOf = (version: number) => schemaFault(found, expectedSchema(migrations, version))
  const isKnown = (version: number | null) => version !== null && version >= 1 && version <= newest
  const agreed = isKnown(said) && (stamped === null || stamped === said)
  if (agreed) {
    const fault = faultOf(said)
    return fault === null ? { state: 'sound', version: said, renumbered: false } : damaged(fault)
  }
  const others = Array.from({ length: newest }, (_, i) => newest - i)
  const candidates = [stamped, said, ...(identity === null ? others : [])].filter(isKnown)
  const version = candidates.find((candidate) => candidate !== null && faultOf(candidate) === null)
  if (version != null) return { state: 'sound', version, renumbered: true }
  return damaged(`the version of its format, ${said}, is not what it holds`)
}

/** Bytes of the header that SQLite itself takes to mean that a file may not be written, or is none of its own. */
function headerFault(file: string): string | null {
  const header = Buffer.alloc(20)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, header, 0, header.length, 0)
  } finally {
    closeSync(descriptor)
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') return 'file is not a database'
  const formats = [header[18], header[19]]
  return formats.every((format) => format === 1 || format === 2) ? null : 'its header says an unknown file format'
}

/** Whatever SQLite says of a file that lies where it can be read: the schema is asked for, nothing that could be a fault of ours. */
function saysDamage(error: unknown): error is Error {
  if (!(error instanceof Sqlite.SqliteError)) return false
  if (error.code === 'SQLITE_IOERR_SHORT_READ') return true
  return !isWriteFailure(error) && !/^SQLITE_(BUSY|LOCKED|NOMEM)/.test(error.code)
}

const damaged = (what: string): FileState => ({ state: 'damaged', what })
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
