import type { AnnotationChange, AnnotationChanged, AnnotationKind, Shape } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Project } from '../project/project'
import { type RowChange, laterOf, recordStep } from './steps'
import { type AnnotationState, annotationRows, saysTheSame } from './stored-annotation'
import { ensureTerm, findTerm, readTerms } from './terms'
import { keptValue } from '../project/kept-statements'

export interface Author {
  reviewer: string
  /** Name of the run in view. */
  run: string | null
}

/**
 * Says all of this as one step of the reviewer, in one transaction. Changes that come in pages give each the same `page`.
 * Throws 'not-found' for an unknown sample.
 */
export function changeAnnotations(
  project: Project,
  changes: readonly AnnotationChange[],
  author: Author,
  page?: string,
  now = new Date(),
): AnnotationChanged {
  return project.review.transaction(() => {
    const collected = new RowChanges(project, now)
    let terms = false
    for (const change of changes) {
      const { said, added } = meaningOf(project, change)
      terms ||= added
      for (const sampleId of idsOf(change)) {
        collected.say({ sampleId, ...said, ...author })
        if (change.kind === 'settled') collected.endSettlements(sampleId, author)
      }
    }
    const rows = collected.changes()
    if (rows.length === 0) return { step: null, samples: new Uint32Array(), terms, skipped: 0 }
    const kind = changes.every((change) => change.kind === 'note') ? 'note' : 'change'
    const samples = Uint32Array.from(new Set(rows.map(({ sampleId }) => sampleId)))
    const inWords = (count: number, first: number) => titleOf(changes, samplesInWords(project, count, first))
    const title = inWords(samples.length, samples[0]!)
    const pages = page === undefined ? {} : { page: { name: page, titleOf: inWords } }
    const step = recordStep(project, { reviewer: author.reviewer, kind, title, changes: rows, ...pages }, now)
    return { step, samples, terms, skipped: 0 }
  })()
}

interface Statement extends Author {
  sampleId: number
  kind: AnnotationKind
  key: string
  text: string
  shape: Shape | null
  present: boolean
}

/** Collects what rows become. A later statement about the same row takes the place of the earlier one. */
class RowChanges {
  readonly #collected = new Map<string, RowChange>()
  readonly #rows
  readonly #exists
  readonly #settlers
  readonly #now: Date
  constructor(project: Project, now: Date) {
    this.#now = now
    this.#rows = annotationRows(project)
    this.#exists = keptValue<[number], number>(project.review, `SELECT 1 FROM sample_key WHERE id = ?`)
    this.#settlers = keptValue<[number, string], string>(
      project.review,
      `SELECT reviewer FROM annotation WHERE sample_id = ? AND kind = 'settled' AND reviewer <> ? AND deleted = 0`,
    )
  }

  say({ present, run, text, shape, ...place }: Statement): void {
    if (this.#exists.get(place.sampleId) === undefined) {
      throw new HeadlightError('not-found', `This project has no sample ${place.sampleId}.`)
    }
    const before = this.#rows.get(place)
    const said = before ?? { text, shape, run, createdAt: this.#now.toISOString(), changedAt: '', deleted: true }
    const createdAt = said.deleted ? this.#now.toISOString() : said.createdAt
    const changedAt = laterOf(this.#now, before)
    const after: AnnotationState = present
      ? { text, shape, run, createdAt, changedAt, deleted: false }
      : { ...said, changedAt, deleted: true }
    const row = JSON.stringify([place.sampleId, place.kind, place.reviewer, place.key])
    this.#collected.set(row, { ...place, before, after })
  }

  /** A sample is settled once: earlier settlements by others are removed. */
  endSettlements(sampleId: number, { reviewer, run }: Author): void {
    for (const other of this.#settlers.all(sampleId, reviewer)) {
      this.say({ sampleId, kind: 'settled', key: '', text: '', shape: null, reviewer: other, run, present: false })
    }
  }

  changes(): RowChange[] {
    return [...this.#collected.values()].filter(({ before, after }) => !saysTheSame(before, after))
  }
}

const idsOf = (change: AnnotationChange) => (change.kind === 'region' ? [change.id] : change.ids)

/** A change as a statement about each of its samples, with names as the lists spell them. */
function meaningOf(
  project: Project,
  change: AnnotationChange,
): { said: Omit<Statement, 'sampleId' | keyof Author>; added: boolean } {
  switch (change.kind) {
    case 'tag': {
      const known = change.on ? null : findTerm(readTerms(project, 'tag'), change.tag)
      const { name, added } = change.on
        ? ensureTerm(project, 'tag', change.tag, change.hotkey)
        : { name: known?.name ?? change.tag, added: false }
      return { said: { kind: 'tag', key: name, text: name, shape: null, present: change.on }, added }
    }
    case 'note': {
      const present = change.text.trim() !== ''
      return { said: { kind: 'note', key: '', text: change.text, shape: null, present }, added: false }
    }
    case 'verdict':
    case 'settled': {
      const { name, added } =
        change.verdict === null ? { name: '', added: false } : ensureTerm(project, 'verdict', change.verdict)
      const present = change.verdict !== null
      return { said: { kind: change.kind, key: '', text: name, shape: null, present }, added }
    }
    case 'region': {
      const { region, shape, text } = change
      return { said: { kind: 'region', key: region, text, shape, present: shape !== null }, added: false }
    }
  }
}

/** One sample by its path, several by their number and the first of them. */
function samplesInWords({ review }: Project, count: number, first: number): string {
  const path = keptValue<[number], string>(review, `SELECT path FROM sample_key WHERE id = ?`).get(first) ?? ''
  if (count === 1) return path
  return `${count.toLocaleString('en-GB')} samples (${path} and ${(count - 1).toLocaleString('en-GB')} more)`
}

/** What was done; `where` names the samples. */
function titleOf(changes: readonly AnnotationChange[], where: string): string {
  const [first, ...others] = changes
  if (!first || others.some(({ kind }) => kind !== first.kind)) return `Annotated ${where}`
  switch (first.kind) {
    case 'tag': {
      const tags = [...new Set(changes.map((change) => (change.kind === 'tag' ? `“${change.tag}”` : '')))].join(', ')
      return first.on ? `Tagged ${where} ${tags}` : `Took ${tags} from ${where}`
    }
    case 'verdict':
      return first.verdict === null ? `Took the verdict from ${where}` : `Judged ${where} “${first.verdict}”`
    case 'note':
      return first.text.trim() === '' ? `Deleted the note of ${where}` : `Wrote the note of ${where}`
    case 'settled':
      return first.verdict === null ? `Opened the conflict on ${where} again` : `Settled ${where} as “${first.verdict}”`
    case 'region': {
      const what =
        first.shape === null
          ? 'Deleted a region'
          : first.shape.kind === 'rectangle'
            ? 'Drew a rectangle'
            : 'Drew a polygon'
      return first.text === '' ? `${what} on ${where}` : `${what}, “${first.text}”, on ${where}`
    }
  }
}
