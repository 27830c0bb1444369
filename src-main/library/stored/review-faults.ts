import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { toErrorValue } from '@shared/errors'
import { CHECKED_TABLES, type CheckedRow, type CheckedTable, checkRow } from './checked-rows'
import { DamagedRow, parseStored } from './stored-json'
import { storedCertificate, storedDefinition, storedModel, type StoredRun } from './stored-run'
import { storedShape } from './stored-shape'

/** Which row is damaged: by its key, or `null` where that is not known. */
export type DamagedPlace =
  | { in: CheckedTable; row: Record<string, unknown> }
  | { in: 'annotation_step'; id: number }
  | { in: 'setting'; key: string; name: string }
  | null

export interface ReviewFault {
  what: string
  place: DamagedPlace
}

/**
 * What is wrong with what the rows of a review.sqlite say, the first fault found, null for nothing. Structure and schema
 * are sound already.
 */
export function faultInReview(review: Database): string | null {
  try {
    for (const { what } of faultsInReview(review)) return what
    return null
  } catch (error) {
    return toErrorValue(error).message
  }
}

/** Every fault, row by row; a row may have several. Nothing may be written meanwhile. */
export function* faultsInReview(review: Database): Generator<ReviewFault> {
  yield* faultyRuns(review)
  yield* faultySettings(review)
  yield* faultySums(review)
  yield* faultyAnnotations(review)
  const [row] = review.pragma('foreign_key_check') as { table: string; parent: string }[]
  if (row) yield { what: `${row.table} refers to a row that ${row.parent} does not have`, place: null }
}

function* faultyRuns(review: Database): Generator<ReviewFault> {
  for (const run of review.prepare<[], StoredRun>(`SELECT * FROM run`).iterate()) {
    const what = faultOf(() => [storedDefinition(run), storedModel(run), storedCertificate(run)])
    if (what !== null) yield { what, place: { in: 'run', row: { ...run } } }
  }
}

/** Settings that are lists of runs. */
const RUN_LISTS = {
  'run-queue': 'the queue of runs',
  'deleted-runs': 'the list of deleted runs',
  'relabelled-runs': 'the list of runs whose labels are matched',
}

function* faultySettings(review: Database): Generator<ReviewFault> {
  const read = review.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck()
  for (const [key, name] of Object.entries(RUN_LISTS)) {
    const what = faultOf(() => parseStored(z.array(z.number()), read.get(key) ?? '[]', name))
    if (what !== null) yield { what, place: { in: 'setting', key, name } }
  }
}

function* faultySums(review: Database): Generator<ReviewFault> {
  for (const table of CHECKED_TABLES) {
    const columns = review.prepare<[string], string>(`SELECT name FROM pragma_table_info(?)`).pluck().all(table)
    // Former versions kept no checksums.
    if (!columns.includes('checksum')) continue
    for (const row of review.prepare<[], CheckedRow>(`SELECT * FROM ${table}`).iterate()) {
      const what = faultOf(() => checkRow(table, row, `a row of ${table}`))
      if (what !== null) yield { what, place: { in: table, row: { ...row } } }
    }
  }
}

function* faultyAnnotations(review: Database): Generator<ReviewFault> {
  if (!hasTable(review, 'annotation_change')) return
  const shapes = review.prepare<[], { sample_id: number; shape: string }>(
    `SELECT * FROM annotation WHERE shape IS NOT NULL`,
  )
  for (const row of shapes.iterate()) {
    const what = faultOf(() => storedShape(row.shape, row.sample_id))
    if (what !== null) yield { what, place: { in: 'annotation', row } }
  }
  const steps = review
    .prepare<[], number>(
      `SELECT DISTINCT step_id FROM annotation_change
       WHERE (before IS NOT NULL AND NOT json_valid(before)) OR (after IS NOT NULL AND NOT json_valid(after))`,
    )
    .pluck()
  for (const id of steps.iterate()) {
    yield { what: `step ${id} of the annotations cannot be read`, place: { in: 'annotation_step', id } }
  }
}

function faultOf(read: () => unknown): string | null {
  try {
    read()
    return null
  } catch (error) {
    return error instanceof DamagedRow ? error.what : toErrorValue(error).message
  }
}

function hasTable(database: Database, name: string): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(name) !== undefined
}
