import { z } from 'zod'
import { type AnnotationChanged, shapeSchema, type Term } from '@shared/api'
import type { Project } from '../project/project'
import { parseStored } from '../stored/stored-json'
import { inParts, partsOf } from './in-parts'
import { described, endPages, laterOf, type StoredStep, stepToWalk } from './steps'
import { type AnnotationKey, type AnnotationState, annotationRows, saysTheSame } from './stored-annotation'
import { readTerms, writeTerms } from './terms'

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

interface StoredChange {
  sample_id: number
  kind: AnnotationKey['kind']
  reviewer: string
  key: string
  before: string | null
  after: string | null
}

/**
 * Undoes the reviewer's last step, or does the last undone one again, a part at a time. What others changed since stays
 * as it is. A part is a transaction that also notes how far it came: where one fails, or the program ends before the last
 * one, the same call goes on with the rest, and the opposite one takes back what was done.
 */
export async function walkSteps(
  project: Project,
  reviewer: string,
  direction: 'undo' | 'redo',
  now: Date,
): Promise<AnnotationChanged> {
  const undo = direction === 'undo'
  const step = stepToWalk(project, reviewer, direction)
  if (!step) return { step: null, samples: new Uint32Array(), terms: false, skipped: 0 }
  endPages(project)
  const { id, changes } = step
  // A step that the opposite call left half done: what that one did is taken back, the last change first.
  const isBack = (step.undone === 1) === undo
  const walk = new Walk(project, step.kind === 'import', undo, now)
  const before = isBack ? changes - step.walked : step.walked
  const noteWalked = project.review.prepare(`UPDATE annotation_step SET walked = walked + ? WHERE id = ?`)
  const write = (part: readonly StoredChange[]) => {
    walk.take(part)
    noteWalked.run(isBack ? -part.length : part.length, id)
    return part.length
  }
  const far = (rows: number) => {
    if (before + rows === 0) return null
    const [said, other] = undo ? ['undone', 'redo'] : ['done again', 'undo']
    return `${before + rows} of ${changes} changes of “${step.title}” were ${said} before that: ${direction} again for the rest, or ${other} to take those back.`
  }
  await inParts(project, partsOf(changesOf(project, step, isBack), charactersOf), write, far)
  const terms = project.review.transaction(() => {
    project.review.prepare(`UPDATE annotation_step SET undone = ?, walked = 0 WHERE id = ?`).run(Number(undo), id)
    return restoreTerms(project, step, undo)
  })()
  const { touched, skipped } = walk
  return { step: described({ ...step, walked: 0 }), samples: Uint32Array.from(touched), terms, skipped }
}

const charactersOf = ({ before, after }: StoredChange) => (before?.length ?? 0) + (after?.length ?? 0)

/** Rows as a step found them, or as it left them. */
class Walk {
  readonly touched = new Set<number>()
  skipped = 0
  readonly #rows
  readonly #imported: boolean
  readonly #undo: boolean
  readonly #now: Date

  constructor(project: Project, imported: boolean, undo: boolean, now: Date) {
    this.#imported = imported
    this.#undo = undo
    this.#now = now
    this.#rows = annotationRows(project)
  }

  /** Runs inside the caller's transaction. */
  take(part: readonly StoredChange[]): void {
    for (const { sample_id: sampleId, kind, reviewer, key, before, after } of part) {
      const place = { sampleId, kind, reviewer, key }
      const [from, to] = (this.#undo ? [after, before] : [before, after]).map(stateFrom) as [Said, Said]
      const current = this.#rows.get(place)
      if (!saysTheSame(current, from)) {
        this.skipped++
        continue
      }
      this.#rows.set(place, this.#imported ? to : restored(to, current, this.#now))
      this.touched.add(sampleId)
    }
  }
}

/** Changes read at a time: the connection that reads them writes in between. */
const PAGE = 250
const KEY = 'sample_id, kind, reviewer, key'

/** What a walk has before it: changes from where it was left to the last, or back from there to the first. */
function* changesOf({ review }: Project, { id, walked }: StoredStep, isBack: boolean): Generator<StoredChange> {
  if (isBack && walked === 0) return
  const first = review
    .prepare<[number, number], StoredChange>(
      `SELECT * FROM annotation_change WHERE step_id = ? ORDER BY ${KEY} LIMIT 1 OFFSET ?`,
    )
    .get(id, isBack ? walked - 1 : walked)
  if (first === undefined) return
  yield first
  const [beyond, order] = isBack ? ['<', 'DESC'] : ['>', 'ASC']
  const next = review.prepare<[number, number, string, string, string], StoredChange>(
    `SELECT * FROM annotation_change WHERE step_id = ? AND (${KEY}) ${beyond} (?, ?, ?, ?)
     ORDER BY ${KEY.replaceAll(/\w+/g, `$& ${order}`)} LIMIT ${PAGE}`,
  )
  for (let last: StoredChange | undefined = first; last !== undefined;) {
    const page: StoredChange[] = next.all(id, last.sample_id, last.kind, last.reviewer, last.key)
    yield* page
    last = page.at(-1)
  }
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

/** A list is put back only where nobody has edited it since. */
function restoreTerms(project: Project, step: StoredStep, undo: boolean): boolean {
  const { terms_kind: kind, terms_before: before, terms_after: after } = step
  if (kind === null || before === null || after === null) return false
  const [from, to] = undo ? [after, before] : [before, after]
  if (JSON.stringify(readTerms(project, kind)) !== from) return false
  writeTerms(project, kind, parseStored(termsSchema, to, 'a list of tags or verdicts'))
  return true
}
