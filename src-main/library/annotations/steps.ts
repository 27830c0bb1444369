/** The log of what each reviewer did: every change with its inverse, so that undo survives a reload and a crash. */
import { z } from 'zod'
import { type AnnotationChanged, type AnnotationStep, shapeSchema, type Term } from '@shared/api'
import type { Project } from '../project/project'
import { parseStored } from '../stored/stored-json'
import { inParts } from './in-parts'
import { type AnnotationKey, type AnnotationState, annotationRows, saysTheSame } from './stored-annotation'
import { type TermKind, readTerms, writeTerms } from './terms'

const stateSchema = z.object({
  text: z.string(),
  shape: shapeSchema.nullable(),
  run: z.string().nullable(),
  createdAt: z.string(),
  changedAt: z.string(),
  deleted: z.boolean(),
}) satisfies z.ZodType<AnnotationState>

const termsSchema = z.array(
  z.object({ id: z.number(), name: z.string(), colour: z.string(), hotkey: z.string().nullable() }),
) satisfies z.ZodType<Term[]>

export interface RowChange extends AnnotationKey {
  before: AnnotationState | null
  after: AnnotationState | null
}

export interface TermsChange {
  kind: TermKind
  before: Term[]
  after: Term[]
}

/** `import`: undone without a trace, since the rows are other people's. `note`: typing goes on in the same step. */
type StepKind = 'change' | 'note' | 'import'

export interface StepRequest {
  reviewer: string
  kind: StepKind
  title: string
  changes: readonly RowChange[]
  terms?: TermsChange
  /** Pages of one change have the same: what comes after the first joins its step. */
  page?: { name: string; titleOf(samples: number, first: number): string }
}

/** The step that the last page went into, while pages of it may come. */
const openSteps = new WeakMap<Project, { name: string; stepId: number }>()

/** Steps kept for each reviewer, and rows of change over all steps; the last step is kept however large. */
const MOST_STEPS = 500
const MOST_CHANGES = 1_000_000
/** A note that is typed on within this time is one step. */
const SAME_NOTE_MS = 60_000

interface StoredStep {
  id: number
  reviewer: string
  kind: StepKind
  title: string
  samples: number
  changes: number
  made_at: string
  undone: number
  terms_kind: TermKind | null
  terms_before: string | null
  terms_after: string | null
}

interface StoredChange {
  sample_id: number
  kind: AnnotationKey['kind']
  reviewer: string
  key: string
  before: string | null
  after: string | null
}

/** Writes the changes and the step that undoes them. Runs inside the caller's transaction. */
export function recordStep(project: Project, request: StepRequest, now: Date): AnnotationStep {
  const { review } = project
  const { reviewer, kind, title, changes, terms, page } = request
  const rows = annotationRows(project)
  for (const change of changes) rows.set(change, change.after)
  // What was undone can no longer be done again: it was based on what has now changed.
  review.prepare(`DELETE FROM annotation_step WHERE reviewer = ? AND undone = 1`).run(reviewer)
  const typed = kind === 'note' ? typeOn(project, request, now) : null
  if (typed) return typed
  const joined = page && joinStep(project, request, page, now)
  if (joined) return joined

  const samples = new Set(changes.map(({ sampleId }) => sampleId)).size
  const stepId = Number(
    review
      .prepare(
        `INSERT INTO annotation_step
           (reviewer, kind, title, samples, changes, made_at, terms_kind, terms_before, terms_after)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[reviewer, kind, title, samples, changes.length, now.toISOString(), terms?.kind ?? null],
        ...[terms ? JSON.stringify(terms.before) : null, terms ? JSON.stringify(terms.after) : null],
      ).lastInsertRowid,
  )
  insertChanges(project, stepId, changes)
  if (page) openSteps.set(project, { name: page.name, stepId })
  forgetOldSteps(project, reviewer)
  return { id: stepId, title, samples, madeAt: now.toISOString() }
}

/**
 * Writes more changes into a step of this reviewer's that is not undone, whatever came after it; `samples` is how many it
 * has then. Null where there is no such step any more; then nothing is written. Runs inside the caller's transaction.
 */
export function continueStep(
  project: Project,
  stepId: number,
  { reviewer, changes }: Pick<StepRequest, 'reviewer' | 'changes'>,
  samples: number,
): AnnotationStep | null {
  const { review } = project
  const step = review
    .prepare<[number, number, number, string], StoredStep>(
      `UPDATE annotation_step SET samples = ?, changes = changes + ?
       WHERE id = ? AND reviewer = ? AND undone = 0 RETURNING *`,
    )
    .get(samples, changes.length, stepId, reviewer)
  if (step === undefined) return null
  const rows = annotationRows(project)
  for (const change of changes) rows.set(change, change.after)
  review.prepare(`DELETE FROM annotation_step WHERE reviewer = ? AND undone = 1`).run(reviewer)
  insertChanges(project, stepId, changes)
  return described(step)
}

function insertChanges({ review }: Project, stepId: number, changes: readonly RowChange[]): void {
  // A row that a later page says something else about keeps what it was before the first.
  const insert = review.prepare(
    `INSERT INTO annotation_change VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (step_id, sample_id, kind, reviewer, key) DO UPDATE SET after = excluded.after`,
  )
  for (const { sampleId, kind, reviewer, key, before, after } of changes) {
    insert.run(stepId, sampleId, kind, reviewer, key, before && JSON.stringify(before), after && JSON.stringify(after))
  }
}

/** Adds a page to the step of those before it, where nothing came in between. */
function joinStep(
  project: Project,
  { reviewer, changes }: StepRequest,
  { name, titleOf }: NonNullable<StepRequest['page']>,
  now: Date,
): AnnotationStep | null {
  const open = openSteps.get(project)
  const last = lastStep(project, reviewer)
  if (open?.name !== name || last?.id !== open.stepId) return null
  insertChanges(project, last.id, changes)
  const counted = project.review
    .prepare<[number], { samples: number; changes: number; first: number }>(
      `SELECT count(DISTINCT sample_id) AS samples, count(*) AS changes, min(sample_id) AS first
       FROM annotation_change WHERE step_id = ?`,
    )
    .get(last.id)
  const { samples = 0, changes: rows = 0, first = -1 } = counted ?? {}
  const title = titleOf(samples, first)
  project.review
    .prepare(`UPDATE annotation_step SET title = ?, samples = ?, changes = ?, made_at = ? WHERE id = ?`)
    .run(title, samples, rows, now.toISOString(), last.id)
  return { id: last.id, title, samples, madeAt: now.toISOString() }
}

/** Adds to the reviewer's last step where that is the same note, still being typed. */
function typeOn(project: Project, { reviewer, changes }: StepRequest, now: Date): AnnotationStep | null {
  const [change, ...others] = changes
  const last = lastStep(project, reviewer)
  if (!change || others.length > 0 || last?.kind !== 'note' || last.changes !== 1) return null
  if (now.getTime() - Date.parse(last.made_at) > SAME_NOTE_MS) return null
  const grown = project.review
    .prepare(
      `UPDATE annotation_change SET after = ? WHERE step_id = ? AND sample_id = ? AND kind = 'note' AND reviewer = ?`,
    )
    .run(change.after && JSON.stringify(change.after), last.id, change.sampleId, change.reviewer)
  if (grown.changes === 0) return null
  project.review.prepare(`UPDATE annotation_step SET made_at = ? WHERE id = ?`).run(now.toISOString(), last.id)
  return { ...described(last), madeAt: now.toISOString() }
}

function forgetOldSteps({ review }: Project, reviewer: string): void {
  review
    .prepare(
      `DELETE FROM annotation_step WHERE id IN (
         SELECT id FROM annotation_step WHERE reviewer = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`,
    )
    .run(reviewer, MOST_STEPS)
  review
    .prepare(
      `DELETE FROM annotation_step WHERE id IN (
         SELECT id FROM (SELECT id, sum(changes) OVER (ORDER BY id DESC) AS total FROM annotation_step)
         WHERE total > ? AND id < (SELECT max(id) FROM annotation_step))`,
    )
    .run(MOST_CHANGES)
}

/** The step that undo (or redo) would take. */
export function nextStep(project: Project, reviewer: string, direction: 'undo' | 'redo'): AnnotationStep | null {
  const step = direction === 'undo' ? lastStep(project, reviewer) : firstUndone(project, reviewer)
  return step ? described(step) : null
}

/**
 * Undoes the reviewer's last step, or does the last undone one again, a part at a time. What others changed since stays
 * as it is. A part is a transaction: where the program ends before the last one, the same call goes on with the rest.
 */
export async function walkSteps(
  project: Project,
  reviewer: string,
  direction: 'undo' | 'redo',
  now: Date,
): Promise<AnnotationChanged> {
  const undo = direction === 'undo'
  const step = undo ? lastStep(project, reviewer) : firstUndone(project, reviewer)
  if (!step) return { step: null, samples: new Uint32Array(), terms: false, skipped: 0 }
  openSteps.delete(project)
  const stored = project.review
    .prepare<[number], StoredChange>(`SELECT * FROM annotation_change WHERE step_id = ?`)
    .all(step.id)
  const touched = new Set<number>()
  let skipped = 0
  let terms = false
  await inParts(project, stored, (part, isLast) => {
    const rows = annotationRows(project)
    for (const { sample_id: sampleId, kind, reviewer: whose, key, before, after } of part) {
      const place = { sampleId, kind, reviewer: whose, key }
      const [from, to] = (undo ? [after, before] : [before, after]).map(stateFrom) as [Said, Said]
      const current = rows.get(place)
      if (!saysTheSame(current, from)) {
        skipped += 1
        continue
      }
      rows.set(place, step.kind === 'import' ? to : restored(to, current, now))
      touched.add(sampleId)
    }
    if (!isLast) return
    project.review.prepare(`UPDATE annotation_step SET undone = ? WHERE id = ?`).run(Number(undo), step.id)
    terms = restoreTerms(project, step, undo)
  })
  return { step: described(step), samples: Uint32Array.from(touched), terms, skipped }
}

type Said = AnnotationState | null

const stateFrom = (json: string | null): Said =>
  json === null ? null : parseStored(stateSchema, json, 'a step of the annotations')

/** What a row said before, as something said now: merging must see that it is the latest. */
function restored(to: Said, current: Said, now: Date): Said {
  const changedAt = laterOf(now, current)
  if (to !== null) return { ...to, changedAt }
  return current && { ...current, deleted: true, changedAt }
}

/** Now, but never before what it replaces: clocks of two machines differ. */
export function laterOf(now: Date, current: AnnotationState | null): string {
  const time = now.toISOString()
  return current !== null && current.changedAt > time ? current.changedAt : time
}

/** A list is put back only where nobody has edited it since. */
function restoreTerms(project: Project, step: StoredStep, undo: boolean): boolean {
  const { terms_kind: kind, terms_before: before, terms_after: after } = step
  if (kind === null || before === null || after === null) return false
  const [from, to] = undo ? [after, before] : [before, after]
  if (JSON.stringify(readTerms(project, kind)) !== from) return false
  writeTerms(project, kind, parseStored(termsSchema, to, 'a list of tags or verdicts'))
  return true
}

function lastStep({ review }: Project, reviewer: string): StoredStep | undefined {
  return review
    .prepare<[string], StoredStep>(
      `SELECT * FROM annotation_step WHERE reviewer = ? AND undone = 0 ORDER BY id DESC LIMIT 1`,
    )
    .get(reviewer)
}

function firstUndone({ review }: Project, reviewer: string): StoredStep | undefined {
  return review
    .prepare<[string], StoredStep>(
      `SELECT * FROM annotation_step WHERE reviewer = ? AND undone = 1 ORDER BY id LIMIT 1`,
    )
    .get(reviewer)
}

const described = ({ id, title, samples, made_at }: StoredStep): AnnotationStep => {
  return { id, title, samples, madeAt: made_at }
}
