import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { toErrorValue } from '@shared/errors'
import { CHECKED_TABLES, type CheckedRow, checkRow } from './checked-rows'
import { parseStored } from './stored-json'
import { storedCertificate, storedDefinition, storedModel, type StoredRun } from './stored-run'
import { storedShape } from './stored-shape'

/**
 * What is wrong with what the rows of a review.sqlite say, the first fault found, null for nothing. Structure and schema
 * are sound already.
 */
export function faultInReview(review: Database): string | null {
  try {
    lookAtRuns(review)
    lookAtChecksums(review)
    lookAtAnnotations(review)
    return danglingReference(review)
  } catch (error) {
    return toErrorValue(error).message
  }
}

function lookAtRuns(review: Database): void {
  const runs = review.prepare<[], StoredRun>(`SELECT id, definition, model, certificate FROM run`)
  for (const run of runs.iterate()) {
    storedDefinition(run)
    storedModel(run)
    storedCertificate(run)
  }
  const queue = review.prepare<[], string>(`SELECT value FROM setting WHERE key = 'run-queue'`).pluck().get()
  if (queue !== undefined) parseStored(z.array(z.number()), queue, 'the queue of runs')
}

function lookAtAnnotations(review: Database): void {
  if (!hasTable(review, 'annotation_change')) return
  const shapes = review.prepare<[], { sampleId: number; shape: string }>(
    `SELECT sample_id AS sampleId, shape FROM annotation WHERE shape IS NOT NULL`,
  )
  for (const { sampleId, shape } of shapes.iterate()) storedShape(shape, sampleId)
  const step = review
    .prepare<[], number>(
      `SELECT step_id FROM annotation_change
       WHERE (before IS NOT NULL AND NOT json_valid(before)) OR (after IS NOT NULL AND NOT json_valid(after)) LIMIT 1`,
    )
    .pluck()
    .get()
  if (step !== undefined) throw new Error(`step ${step} of the annotations cannot be read`)
}

function lookAtChecksums(review: Database): void {
  for (const table of CHECKED_TABLES) {
    const columns = review.prepare<[string], string>(`SELECT name FROM pragma_table_info(?)`).pluck().all(table)
    // Former versions kept no checksums.
    if (!columns.includes('checksum')) continue
    for (const row of review.prepare<[], CheckedRow>(`SELECT * FROM ${table}`).iterate()) {
      checkRow(table, row, `a row of ${table}`)
    }
  }
}

function danglingReference(review: Database): string | null {
  const [row] = review.pragma('foreign_key_check') as { table: string; parent: string }[]
  return row === undefined ? null : `${row.table} refers to a row that ${row.parent} does not have`
}

function hasTable(database: Database, name: string): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(name) !== undefined
}
