import type { Database } from 'better-sqlite3'
import { type CheckedRows, CHECKED_ROWS, rowText } from '../migrations/cache-010-row-checksums'
import { DamagedRow } from './stored-json'

/** SQL that is 1 where a row of cache.sqlite is as it was written, and 0 where it is not. */
export function soundRow(table: CheckedRows, alias: string = table): string {
  return `(${alias}.checksum IS row_checksum(${rowText(table, (column) => `${alias}.${column}`)}))`
}

/** SQL that is 1 where what a run says of a sample, `run_sample r`, and the sample itself, `sample s`, are as they were written. */
export const SOUND_SAMPLE = `(${soundRow('run_sample', 'r')} AND ${soundRow('sample', 's')})`

/**
 * SQL after SET that writes `given`, the SQL of columns by their names, and the checksum of the row as it then is: saves the
 * second write that the trigger would make.
 */
export function setRow(table: CheckedRows, given: Readonly<Record<string, string>>): string {
  const columns = Object.entries(given).map(([column, sql]) => `${column} = ${sql}`)
  return [...columns, `checksum = ${writtenChecksum(table, given)}`].join(', ')
}

/** SQL after INSERT INTO that adds a row, each column from the parameter of its name, with its checksum. */
export function wholeRow(table: CheckedRows): string {
  const { integers, others } = CHECKED_ROWS[table]
  const given = parameters(...integers, ...others)
  return `${table} (${Object.keys(given).join(', ')}, checksum)
    VALUES (${Object.values(given).join(', ')}, ${writtenChecksum(table, given)})`
}

/** The SQL of columns that are written from parameters of their names. */
export function parameters(...columns: string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, `@${column}`]))
}

/** Columns that are not `given` stay as they are. */
function writtenChecksum(table: CheckedRows, given: Readonly<Record<string, string>>): string {
  const integers: readonly string[] = CHECKED_ROWS[table].integers
  // JavaScript's numbers come as fractions; columns of whole numbers keep whole ones.
  const sql = (column: string) => {
    const value = given[column] ?? column
    return value.startsWith('@') && integers.includes(column) ? `CAST(${value} AS INTEGER)` : value
  }
  return `row_checksum(${rowText(table, sql)})`
}

/** Throws 'project-damaged' unless a row was found `sound`. `what` names it. */
export function checkSound(sound: number, what: string): void {
  if (sound !== 1) throw new DamagedRow(`${what} is not as it was written`)
}

/** The same of `SOUND_SAMPLE`. */
export function checkSample(sound: number, runId: number, sampleId: number): void {
  checkSound(sound, `what run ${runId} says of sample ${sampleId}`)
}

const soundLocalisations = new WeakMap<Database, Set<number>>()

/**
 * Verifies all that a run measured against masks, once a connection: averages read every row each time, which would take
 * several times as long. Throws 'project-damaged'.
 */
export function checkLocalisation(cache: Database, runId: number): void {
  const known = soundLocalisations.get(cache) ?? new Set()
  soundLocalisations.set(cache, known)
  if (known.has(runId)) return
  const sound = cache
    .prepare<[number], number | null>(`SELECT min(${soundRow('localisation')}) FROM localisation WHERE run_id = ?`)
    .pluck()
    .get(runId)
  checkSound(sound ?? 1, `the localisation of a sample of run ${runId}`)
  known.add(runId)
}
