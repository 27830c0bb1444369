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
 * SQL of the checksum of a row that a statement writes: `given` has the SQL of what it writes, column by column; of the
 * others an UPDATE leaves what is there, and an INSERT names all. Saves the second write that the trigger would make.
 */
export function writtenChecksum(table: CheckedRows, given: Readonly<Record<string, string>>): string {
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
