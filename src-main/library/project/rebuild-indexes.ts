/**
 * What is done where only indexes of a database are damaged: they say nothing that the tables do not, so that all of it is
 * copied without them, they are made again, and nothing is lost.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { teachRowChecksum } from '../stored/row-checksum'
import { removeDatabase } from './backups'
import type { DatabaseFile } from './database-file'
import { inspectFile } from './inspect-file'
import type { KeptRows } from './keep-sound-rows'
import { migrate } from './migrate'

/** Complaints that are read; a damaged index may have one a row. */
const MAX_COMPLAINTS = 10_000

/** Null where more than indexes is damaged, or there is no room for a copy. Leaves the damaged file as it is. */
export function rebuildIndexes(folder: string, damaged: DatabaseFile, alone: boolean): KeptRows | null {
  if (!statSync(damaged.file).isFile()) return null
  const part = { ...damaged, file: join(folder, `${damaged.kind}.mended.part`) }
  removeDatabase(part.file)
  let isSound = false
  try {
    const names = copyWithoutIndexes(damaged, part.file, alone)
    // Tables, what their rows say and the new indexes: all of it.
    isSound = names !== null && inspectFile(part, { alone, thorough: true }).state === 'sound'
    if (names === null || !isSound) return null
    const what =
      names.length === 1 ? `the index ${names[0]} was damaged` : `the indexes ${names.join(', ')} were damaged`
    return { file: part.file, sentence: `only ${what} and made anew, so nothing is lost` }
  } catch (error) {
    if (error instanceof Sqlite.SqliteError) return null
    throw error
  } finally {
    if (!isSound) removeDatabase(part.file)
  }
}

/** Copies a database whose indexes alone are damaged. Gives their names; null, and no copy, where that is not so. */
function copyWithoutIndexes(damaged: DatabaseFile, copy: string, alone: boolean): string[] | null {
  const [names, version] = look(damaged.file, alone)
  if (names === null) return null
  const database = new Sqlite(copy)
  try {
    // Before the other file is read: so one of a network disk needs no shared memory.
    if (alone) database.pragma('locking_mode = EXCLUSIVE')
    database.pragma(`page_size = ${damaged.pageBytes}`)
    teachRowChecksum(database)
    migrate(
      database,
      damaged.migrations.filter((migration) => migration.version <= version),
      damaged.kind,
    )
    database.pragma('foreign_keys = OFF')
    database.prepare(`ATTACH ? AS damaged`).run(damaged.file)
    database.transaction(() => copyTables(database))()
    return names
  } finally {
    database.close()
  }
}

function look(file: string, alone: boolean): [names: string[] | null, version: number] {
  const database = new Sqlite(file, { fileMustExist: true })
  try {
    if (alone) database.pragma('locking_mode = EXCLUSIVE')
    return [damagedIndexes(database), Number(database.pragma('user_version', { simple: true }))]
  } finally {
    database.close()
  }
}

/** Copies each row of `damaged` into the same table of `main`, as it is: checksums, too. */
function copyTables(database: Database): void {
  const schema = database
    .prepare<[], { type: string; name: string; sql: string }>(`SELECT type, name, sql FROM main.sqlite_schema`)
    .all()
  const triggers = schema.filter(({ type }) => type === 'trigger')
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`)
  const columnsOf = database.prepare<[string], string>(`SELECT name FROM pragma_table_info(?, 'main')`).pluck()
  for (const { name } of schema.filter(({ type }) => type === 'table')) {
    // Columns are named: with `*` SQLite would copy indexes as well.
    const columns = columnsOf.all(name).join(', ')
    database.exec(`DELETE FROM main.${name};
      INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM damaged.${name} NOT INDEXED`)
  }
  for (const { sql } of triggers) database.exec(sql)
}

/** The indexes that SQLite complains about; null where it complains about anything else, or about nothing. */
function damagedIndexes(database: Database): string[] | null {
  const indexes = database
    .prepare<[], { name: string; root: number }>(
      `SELECT name, rootpage AS root FROM sqlite_schema WHERE type = 'index' AND rootpage > 0`,
    )
    .all()
  // Comparing indexes with tables breaks off at a page that cannot be read, so that pages come first.
  const pages = complaintsOf(database, 'quick_check')
  const complaints = pages.length > 0 ? pages : complaintsOf(database, 'integrity_check')
  const found = new Set<string>()
  const unsure: string[] = []
  for (const complaint of complaints) {
    const root = Number(/^Tree (\d+) /.exec(complaint)?.[1])
    const name = / (?:missing from|entry in|order for) index (\S+)$/.exec(complaint)?.[1]
    const counted = /^wrong # of entries in index (\S+)$/.exec(complaint)?.[1]
    const index = indexes.find((one) => one.root === root || one.name === name)
    if (index !== undefined) found.add(index.name)
    else if (counted !== undefined) unsure.push(counted)
    // What lay below a page that cannot be read.
    else if (!/^Page \d+: never used$/.test(complaint)) return null
  }
  // An index that is sound, and differs from its table only in its entries, may be the one that is right.
  return found.size > 0 && unsure.every((name) => found.has(name)) ? [...found] : null
}

function complaintsOf(database: Database, check: string): string[] {
  const answers = database.prepare<[], string>(`PRAGMA ${check}(${MAX_COMPLAINTS})`).pluck().all()
  const lines = answers.flatMap((text) => text.split('\n'))
  return lines.filter((line) => line !== 'ok' && !line.startsWith('***'))
}
