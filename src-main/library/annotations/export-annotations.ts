import type { AnnotationFilePart, AnnotationFormat, RunInfo } from '@shared/api'
import { LIMITS } from '@shared/api/limits'
import { HeadlightError } from '@shared/errors'
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { ProjectFiles } from '../project/project-files'
import type { FileAnnotation } from './annotation-file'
import { annotatedLabels, type LabelledRun } from './annotation-labels'
import { type StoredAnnotation, annotationOf } from './stored-annotation'
import { readTerms } from './terms'
import { WRITTEN_FILES } from './written-file'

/** Samples of which annotations are exported; null for all of the project. */
export interface ExportedPart {
  run: RunInfo
  filter: string
}

export interface AnnotationExport {
  format: AnnotationFormat
  part: ExportedPart | null
  /** Where the part before ended; null at the beginning. */
  after: string | null
  /** The project's name. */
  name: string
  /** Labels are those of the part's run, otherwise of the one of these that was in view. */
  runs: readonly LabelledRun[]
}

/** The last annotation of a part, and what the next one has to know. */
const cursorSchema = z.object({
  list: z.enum(['annotations', 'deleted']),
  /** Whether the list has no annotation yet. */
  isEmpty: z.boolean(),
  at: z.tuple([z.int(), z.string(), z.string(), z.string()]).nullable(),
  total: z.int(),
})
type Cursor = z.output<typeof cursorSchema>

type Row = StoredAnnotation & { path: string }

/** Whether a sample belongs to the exported part; null for all of the project. */
type Wanted = ((sampleId: number) => boolean) | null

/** A part of the file, annotations in order of dataset, path, kind, reviewer and key. Throws 'usage' for an `after` of no part. */
export function exportAnnotations(
  project: ProjectFiles,
  { format, part, after, name, runs }: AnnotationExport,
  wanted: Wanted = null,
  now = new Date(),
): AnnotationFilePart {
  const file = WRITTEN_FILES[format]
  const pieces: string[] = []
  let cursor: Cursor
  if (after === null) {
    cursor = { list: 'annotations', isEmpty: true, at: null, total: countSaid(project, wanted) }
    const about = {
      project: name,
      exportedAt: now.toISOString(),
      ...(part && { run: part.run.name, filter: part.filter }),
    }
    pieces.push(file.open({ about, tags: terms(project, 'tag'), verdicts: terms(project, 'verdict') }))
  } else {
    cursor = readCursor(after)
  }
  const answer = (next: Cursor | null): AnnotationFilePart => ({
    content: Buffer.from(pieces.join(''), 'utf8'),
    total: cursor.total,
    next: next && JSON.stringify(next),
  })
  let room = LIMITS.exportBytes
  for (;;) {
    const rows = rowsAfter(project, cursor, wanted, room)
    const labels = cursor.list === 'annotations' ? annotatedLabels(project, rows, runs, part?.run.id ?? null) : null
    const entry = entryOf(project)
    for (const row of rows) {
      const piece = file.entry({ ...entry(row), ...labels?.(row) }, cursor.isEmpty)
      pieces.push(piece)
      room -= Buffer.byteLength(piece)
      cursor = { ...cursor, isEmpty: false, at: [row.sample_id, row.kind, row.reviewer, row.key] }
      if (room <= 0) return answer(cursor)
    }
    // What was read is weighed as it lies on the disk, which is less than what is written of it.
    if (rows.length > 0) continue
    const between = cursor.list === 'annotations' ? file.between(cursor.isEmpty) : null
    if (between === null) {
      pieces.push(file.close(cursor.isEmpty))
      return answer(null)
    }
    pieces.push(between)
    cursor = { ...cursor, list: 'deleted', isEmpty: true, at: null }
  }
}

const NO_PLACE = 'The export goes on after a place that no part of it ended at; begin it again.'

function readCursor(after: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(after))
  } catch (cause) {
    throw new HeadlightError('usage', NO_PLACE, { cause })
  }
}

/** Rows of the cursor's list that come after it, as many as fill `bytes` at the most; none at the end of the list. */
function rowsAfter({ review }: ProjectFiles, { list, at }: Cursor, wanted: Wanted, bytes: number): Row[] {
  const deleted = list === 'deleted' ? 1 : 0
  const last = at === null ? null : keyOf(review, at[0])
  const rows: Row[] = []
  let read = 0
  for (const dataset of datasetsFrom(review, last?.dataset ?? 0)) {
    const place = at !== null && last?.dataset === dataset ? [last.path, last.path, ...at.slice(1)] : []
    const statement = review.prepare<unknown[], Row>(inOrderOfPaths(place.length > 0))
    for (const row of statement.iterate(dataset, deleted, ...place)) {
      if (wanted !== null && !wanted(row.sample_id)) continue
      rows.push(row)
      read += row.path.length + row.text.length + (row.shape?.length ?? 0) + BESIDE_TEXT
      if (read >= bytes) return rows
    }
  }
  return rows
}

function keyOf(review: Database, sampleId: number): { dataset: number; path: string } {
  const found = review
    .prepare<[number], { dataset: number; path: string }>(
      `SELECT dataset_id AS dataset, path FROM sample_key WHERE id = ?`,
    )
    .get(sampleId)
  if (found === undefined) throw new HeadlightError('usage', NO_PLACE)
  return found
}

const datasetsFrom = (review: Database, first: number) =>
  review.prepare<[number], number>(`SELECT id FROM dataset WHERE id >= ? ORDER BY id`).pluck().all(first)

/** CROSS JOIN keeps the order of the tables, so that paths are read along their index: sorted, all would be read for each part. */
export const inOrderOfPaths = (isBegun: boolean) =>
  `SELECT a.*, s.path FROM sample_key s CROSS JOIN annotation a ON a.sample_id = s.id
   WHERE s.dataset_id = ? AND a.deleted = ?
     ${isBegun ? 'AND s.path >= ? AND (s.path, a.kind, a.reviewer, a.key) > (?, ?, ?, ?)' : ''}
   ORDER BY s.path, a.kind, a.reviewer, a.key`

/** What is written of each annotation beside its path, text and shape: names of fields, times and hash. */
const BESIDE_TEXT = 250

function entryOf({ cache }: ProjectFiles): (row: Row) => FileAnnotation {
  const hash = cache.prepare<[number], string | null>(`SELECT hash FROM sample WHERE id = ?`).pluck()
  return (row) => {
    const { kind, text, region, shape, reviewer, run, createdAt, changedAt } = annotationOf(row)
    const about = { sample: row.path, hash: hash.get(row.sample_id) ?? null, kind, text }
    return { ...about, ...(kind === 'region' && { region, shape }), reviewer, run, createdAt, changedAt }
  }
}

const terms = (project: ProjectFiles, kind: 'tag' | 'verdict') =>
  readTerms(project, kind).map(({ name, colour, hotkey }) => ({ name, colour, hotkey }))

function countSaid({ review }: ProjectFiles, wanted: Wanted): number {
  const ids = review.prepare<[], number>(`SELECT sample_id FROM annotation WHERE deleted = 0`).pluck()
  let count = 0
  for (const id of ids.iterate()) if (wanted === null || wanted(id)) count++
  return count
}
