/** The log of what each reviewer did: every change with its inverse, so that undo survives a reload and a crash. */
import type { AnnotationStep, Term } from '@shared/api'
import type { Project } from '../project/project'
import { dropRedo, dropOldSteps } from './dropped-steps'
import { type AnnotationKey, type AnnotationState, annotationRows } from './stored-annotation'
import type { TermKind } from './terms'
import { keptStatement } from '../project/kept-statements'

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

/** A note that is typed on within this time is one step. */
const SAME_NOTE_MS = 60_000

export interface StoredStep {
  id: number
  reviewer: string
  kind: StepKind
  title: string
  samples: number
  changes: number
  made_at: string
  undone: number
  walked: number
  following: number | null
  terms_kind: TermKind | null
  terms_before: string | null
  terms_after: string | null
}

/** Writes the changes and the step that undoes them. Runs inside the caller's transaction. */
export function recordStep(project: Project, request: StepRequest, now: Date): AnnotationStep {
  const { review } = project
  const { reviewer, kind, title, changes, terms, page } = request
  const rows = annotationRows(project)
  for (const change of changes) rows.set(change, change.after)
  dropRedo(project, reviewer)
  const typed = kind === 'note' ? typeOn(project, request, now) : null
  if (typed) return typed
  const joined = page && joinStep(project, request, page, now)
  if (joined) return joined

  const samples = new Set(changes.map(({ sampleId }) => sampleId)).size
  const stepId = Number(
    keptStatement(
      review,
      `INSERT INTO annotation_step
           (reviewer, kind, title, samples, changes, made_at, terms_kind, terms_before, terms_after)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[reviewer, kind, title, samples, changes.length, now.toISOString(), terms?.kind ?? null],
      ...[terms ? JSON.stringify(terms.before) : null, terms ? JSON.stringify(terms.after) : null],
    ).lastInsertRowid,
  )
  insertChanges(project, stepId, changes)
  if (page) openSteps.set(project, { name: page.name, stepId })
  dropOldSteps(project, reviewer)
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
  const step = keptStatement<[number, number, number, string], StoredStep>(
    review,
    `UPDATE annotation_step SET samples = ?, changes = changes + ?
       WHERE id = ? AND reviewer = ? AND undone = 0 AND walked = 0 RETURNING *`,
  ).get(samples, changes.length, stepId, reviewer)
  if (step === undefined) return null
  const rows = annotationRows(project)
  for (const change of changes) rows.set(change, change.after)
  dropRedo(project, reviewer)
  insertChanges(project, stepId, changes)
  return described(step)
}

export function insertChanges({ review }: Project, stepId: number, changes: readonly RowChange[]): void {
  // A row that a later page says something else about keeps what it was before the first.
  const insert = keptStatement(
    review,
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
  if (open?.name !== name || last?.id !== open.stepId || last.walked > 0) return null
  insertChanges(project, last.id, changes)
  const counted = keptStatement<[number], { samples: number; changes: number; first: number }>(
    project.review,
    `SELECT count(DISTINCT sample_id) AS samples, count(*) AS changes, min(sample_id) AS first
       FROM annotation_change WHERE step_id = ?`,
  ).get(last.id)
  const { samples = 0, changes: rows = 0, first = -1 } = counted ?? {}
  const title = titleOf(samples, first)
  keptStatement(
    project.review,
    `UPDATE annotation_step SET title = ?, samples = ?, changes = ?, made_at = ? WHERE id = ?`,
  ).run(title, samples, rows, now.toISOString(), last.id)
  return { id: last.id, title, samples, madeAt: now.toISOString() }
}

/** Adds to the reviewer's last step where that is the same note, still being typed. */
function typeOn(project: Project, { reviewer, changes }: StepRequest, now: Date): AnnotationStep | null {
  const [change, ...others] = changes
  const last = lastStep(project, reviewer)
  if (!change || others.length > 0 || last?.kind !== 'note' || last.changes !== 1) return null
  if (now.getTime() - Date.parse(last.made_at) > SAME_NOTE_MS) return null
  const grown = keptStatement(
    project.review,
    `UPDATE annotation_change SET after = ? WHERE step_id = ? AND sample_id = ? AND kind = 'note' AND reviewer = ?`,
  ).run(change.after && JSON.stringify(change.after), last.id, change.sampleId, change.reviewer)
  if (grown.changes === 0) return null
  keptStatement(project.review, `UPDATE annotation_step SET made_at = ? WHERE id = ?`).run(now.toISOString(), last.id)
  return { ...described(last), madeAt: now.toISOString() }
}

/** The step that undo (or redo) would take. */
export function nextStep(project: Project, reviewer: string, direction: 'undo' | 'redo'): AnnotationStep | null {
  const step = stepToWalk(project, reviewer, direction)
  return step ? described(step) : null
}

/** The last step for undo, the last undone one for redo; either takes back what the other left half done. */
export function stepToWalk(project: Project, reviewer: string, direction: 'undo' | 'redo'): StoredStep | undefined {
  const [last, undone] = [lastStep(project, reviewer), firstUndone(project, reviewer)]
  if (direction === 'undo') return undone !== undefined && undone.walked > 0 ? undone : last
  return last !== undefined && last.walked > 0 ? last : undone
}

/** Pages of a change that come now are a step of their own. */
export function endPages(project: Project): void {
  openSteps.delete(project)
}

function lastStep({ review }: Project, reviewer: string): StoredStep | undefined {
  return keptStatement<[string], StoredStep>(
    review,
    `SELECT * FROM annotation_step WHERE reviewer = ? AND undone = 0 ORDER BY id DESC LIMIT 1`,
  ).get(reviewer)
}

function firstUndone({ review }: Project, reviewer: string): StoredStep | undefined {
  return keptStatement<[string], StoredStep>(
    review,
    `SELECT * FROM annotation_step WHERE reviewer = ? AND undone = 1 ORDER BY id LIMIT 1`,
  ).get(reviewer)
}

/** What a window shows of a step; one that was cut off in the middle says how far it came. */
export function described({ id, title, samples, made_at, walked, changes, undone }: StoredStep): AnnotationStep {
  const half = walked > 0 ? ` (${walked} of ${changes} changes are ${undone === 0 ? 'undone' : 'done again'})` : ''
  return { id, title: `${title}${half}`, samples, madeAt: made_at }
}

/** Now, but never before what it replaces: clocks of two machines differ. */
export function laterOf(now: Date, current: AnnotationState | null): string {
  const time = now.toISOString()
  return current !== null && current.changedAt > time ? current.changedAt : time
}
