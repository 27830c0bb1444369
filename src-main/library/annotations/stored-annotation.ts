/** Rows of the annotation table, and the annotations in them. */
import { ANNOTATION_KINDS, type Annotation, type AnnotationKind, type SampleAnnotations, type Shape } from '@shared/api'
import type { Project } from '../project/project'
import type { ProjectFiles } from '../project/project-files'
import { checkRow } from '../stored/checked-rows'
import { storedShape } from '../stored/stored-shape'
import { keptStatement } from '../project/kept-statements'

/** What names one row: a reviewer has one of each key of a kind on a sample. */
export interface AnnotationKey {
  sampleId: number
  kind: AnnotationKind
  reviewer: string
  /** A tag's name, a region's id, '' for verdicts, notes and settlements. */
  key: string
}

/** What a row says. A deleted row keeps what it said. */
export interface AnnotationState {
  text: string
  shape: Shape | null
  run: string | null
  createdAt: string
  changedAt: string
  deleted: boolean
}

export interface StoredAnnotation {
  sample_id: number
  kind: AnnotationKind
  reviewer: string
  key: string
  text: string
  shape: string | null
  run: string | null
  created_at: string
  changed_at: string
  deleted: number
  checksum: number | null
}

/** The key of an annotation as it is written in a file or asked for in a change. */
export function keyOf(kind: AnnotationKind, text: string, region: string | null): string {
  if (kind === 'tag') return text
  return kind === 'region' ? (region ?? '') : ''
}

/** Throws 'project-damaged' for a row that is not as it was written. */
export function stateOf(row: StoredAnnotation): AnnotationState {
  checkRow('annotation', row, `an annotation of sample ${row.sample_id}`)
  const shape = row.shape === null ? null : storedShape(row.shape, row.sample_id)
  const { text, run } = row
  return { text, shape, run, createdAt: row.created_at, changedAt: row.changed_at, deleted: row.deleted === 1 }
}

/** Whether two states say the same, whenever they were written. Null and deleted say nothing. */
export function saysTheSame(a: AnnotationState | null, b: AnnotationState | null): boolean {
  if (a === null || a.deleted) return b === null || b.deleted
  if (b === null || b.deleted) return false
  return a.text === b.text && JSON.stringify(a.shape) === JSON.stringify(b.shape)
}

/** Reads and writes single rows; statements are prepared once for many rows. */
export function annotationRows({ review }: Project) {
  const read = keptStatement<[number, string, string, string], StoredAnnotation>(
    review,
    `SELECT * FROM annotation WHERE sample_id = ? AND kind = ? AND reviewer = ? AND key = ?`,
  )
  const write = keptStatement(
    review,
    `INSERT INTO annotation
       (sample_id, kind, reviewer, key, text, shape, run, created_at, changed_at, deleted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sample_id, kind, reviewer, key) DO UPDATE SET
       text = excluded.text, shape = excluded.shape, run = excluded.run,
       created_at = excluded.created_at, changed_at = excluded.changed_at, deleted = excluded.deleted`,
  )
  const remove = keptStatement(
    review,
    `DELETE FROM annotation WHERE sample_id = ? AND kind = ? AND reviewer = ? AND key = ?`,
  )
  return {
    get({ sampleId, kind, reviewer, key }: AnnotationKey): AnnotationState | null {
      const row = read.get(sampleId, kind, reviewer, key)
      return row === undefined ? null : stateOf(row)
    },
    /** Null leaves no trace of the row. */
    set({ sampleId, kind, reviewer, key }: AnnotationKey, state: AnnotationState | null): void {
      if (state === null) {
        remove.run(sampleId, kind, reviewer, key)
        return
      }
      const { text, shape, run, createdAt, changedAt, deleted } = state
      const drawn = shape === null ? null : JSON.stringify(shape)
      write.run(sampleId, kind, reviewer, key, text, drawn, run, createdAt, changedAt, Number(deleted))
    },
  }
}

/** What is said about each of these samples; samples without annotations have none. */
export function readSamples({ review }: ProjectFiles, ids: Uint32Array): SampleAnnotations[] {
  const read = review.prepare<[number], StoredAnnotation>(
    `SELECT * FROM annotation WHERE sample_id = ? AND deleted = 0 ORDER BY reviewer, created_at, key`,
  )
  return Array.from(ids, (sampleId) => ({
    sampleId,
    annotations: read.all(sampleId).map(annotationOf).sort(byKind),
  }))
}

export function annotationOf(row: StoredAnnotation): Annotation {
  const { text, shape, run, createdAt, changedAt } = stateOf(row)
  const { sample_id: sampleId, kind, reviewer } = row
  return {
    sampleId,
    kind,
    reviewer,
    text,
    region: kind === 'region' ? row.key : null,
    shape,
    run,
    createdAt,
    changedAt,
  }
}

const byKind = (a: Annotation, b: Annotation) => ANNOTATION_KINDS.indexOf(a.kind) - ANNOTATION_KINDS.indexOf(b.kind)

/** Everyone who has said something, in order of name. */
export function readReviewers({ review }: Project): string[] {
  return review
    .prepare<[], string>(`SELECT DISTINCT reviewer FROM annotation WHERE deleted = 0 ORDER BY reviewer`)
    .pluck()
    .all()
}
