import type { AnnotationChanged, AnnotationStep, Term } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { z } from 'zod'
import type { Project } from '../project/project'
import { parseStored } from '../stored/stored-json'
import { samplesNaming } from './annotated-samples'
import type { Author } from './change'
import { inParts } from './in-parts'
import { described, insertChanges, laterOf, type RowChange, recordStep, type StoredStep } from './steps'
import { type AnnotationKey, annotationRows, keyOf } from './stored-annotation'
import { type TermEntry, type TermKind, readTerms, writeTerms } from './terms'

/** Finds the samples whose annotations name one of these entries, after this sample. */
export type FindNaming = (kind: TermKind, names: string[], after: number) => Promise<{ ids: Uint32Array }>

/** Samples that one transaction writes. */
const SAMPLES_AT_A_TIME = 100

/**
 * Puts a list in place of the stored one: annotations follow the new name of an entry, and go with an entry that is
 * left out, whoever made them. One step. The list is written first, then annotations follow part by part; the step says
 * how far they are, so that {@link finishFollowing} does the rest where the program ends before the last part.
 */
export async function changeTerms(
  project: Project,
  kind: TermKind,
  entries: readonly TermEntry[],
  author: Author,
  find: FindNaming = findHere(project),
  now = new Date(),
): Promise<AnnotationChanged> {
  const begun = project.review.transaction(() => {
    const before = readTerms(project, kind)
    const unknown = entries.find(({ id }) => id !== null && !before.some((term) => term.id === id))
    if (unknown)
      throw new HeadlightError('usage', `“${unknown.name}” is not in the list any more; it was changed meanwhile.`)
    writeTerms(project, kind, entries)
    const after = readTerms(project, kind)
    if (JSON.stringify(before) === JSON.stringify(after)) return null
    const title = kind === 'tag' ? 'Edited the list of tags' : 'Edited the list of verdicts'
    const terms = { kind, before, after }
    const step = recordStep(project, { reviewer: author.reviewer, kind: 'change', title, changes: [], terms }, now)
    project.review.prepare(`UPDATE annotation_step SET following = -1 WHERE id = ?`).run(step.id)
    return step
  })()
  if (begun === null) return { step: null, samples: new Uint32Array(), terms: false, skipped: 0 }
  const { step, samples } = await follow(project, begun.id, find, now)
  return { step: step ?? begun, samples, terms: true, skipped: 0 }
}

/** Has annotations follow lists that were edited when the program ended, or the disk was full. */
export async function finishFollowing(project: Project): Promise<void> {
  const unfinished = project.review
    .prepare<[], number>(`SELECT id FROM annotation_step WHERE following IS NOT NULL ORDER BY id`)
    .pluck()
    .all()
  for (const id of unfinished) await follow(project, id, findHere(project), new Date())
}

const findHere =
  (project: Project): FindNaming =>
  async (...asked) =>
    samplesNaming(project, ...asked)

const termsSchema = z.array(z.object({ id: z.number(), name: z.string() }))

async function follow(
  project: Project,
  stepId: number,
  find: FindNaming,
  now: Date,
): Promise<{ step: AnnotationStep | null; samples: Uint32Array }> {
  const { review } = project
  const read = review.prepare<[number], StoredStep>(`SELECT * FROM annotation_step WHERE id = ?`)
  const { terms_kind: kind, terms_before, terms_after, following } = read.get(stepId)!
  if (kind === null || following === null) return { step: null, samples: new Uint32Array() }
  const renamed = renamedIn(termsOf(terms_before), termsOf(terms_after))
  const { ids } = renamed.size === 0 ? { ids: new Uint32Array() } : await find(kind, [...renamed.keys()], following)
  const followed = new Set<number>()
  const note = review.prepare(
    `UPDATE annotation_step SET following = ?, changes = changes + ?, samples = samples + ? WHERE id = ?`,
  )
  const rows = annotationRows(project)
  const changesOf = followers(project, kind, renamed, now)
  const write = (part: Uint32Array) => {
    const changes = onePerRow(part, changesOf)
    for (const change of changes) rows.set(change, change.after)
    insertChanges(project, stepId, changes)
    const samples = new Set(changes.map(({ sampleId }) => sampleId))
    note.run(part.at(-1), changes.length, samples.size, stepId)
    for (const id of samples) followed.add(id)
    return part.length
  }
  const far = (reached: number) =>
    `The list is changed, and the annotations of ${reached} of ${ids.length} samples follow it; the others do with the next change of a list, undo or import, or when the project is opened again.`
  await inParts(project, samplesAtATime(ids), write, far)
  review.prepare(`UPDATE annotation_step SET following = NULL WHERE id = ?`).run(stepId)
  return { step: described(read.get(stepId)!), samples: Uint32Array.from(followed) }
}

const termsOf = (json: string | null) => parseStored(termsSchema, json ?? '[]', 'a list of tags or verdicts')

function* samplesAtATime(ids: Uint32Array): Generator<Uint32Array> {
  for (let at = 0; at < ids.length; at += SAMPLES_AT_A_TIME) yield ids.subarray(at, at + SAMPLES_AT_A_TIME)
}

/** The new name of each entry whose name changed, null where it is left out. */
function renamedIn(
  before: Pick<Term, 'id' | 'name'>[],
  after: Pick<Term, 'id' | 'name'>[],
): Map<string, string | null> {
  const names = new Map(after.map(({ id, name }) => [id, name]))
  const changed = before.filter(({ id, name }) => names.get(id) !== name)
  return new Map(changed.map(({ id, name }) => [name, names.get(id) ?? null]))
}

/** What becomes of a sample's annotations; statements are prepared once for many samples. */
function followers(project: Project, kind: TermKind, renamed: ReadonlyMap<string, string | null>, now: Date) {
  const read = project.review.prepare<[number], AnnotationKey & { text: string }>(
    `SELECT sample_id AS sampleId, kind, reviewer, key, text FROM annotation
     WHERE sample_id = ? AND kind ${kind === 'tag' ? `= 'tag'` : `IN ('verdict', 'settled')`} AND deleted = 0`,
  )
  const rows = annotationRows(project)
  const follow = ({ text, ...place }: AnnotationKey & { text: string }): RowChange[] => {
    const successor = renamed.get(text)
    const before = successor === undefined ? null : rows.get(place)
    if (successor === undefined || before === null) return []
    const changedAt = laterOf(now, before)
    const gone = { ...place, before, after: { ...before, changedAt, deleted: true } }
    if (successor === null) return [gone]
    const after = { ...before, text: successor, changedAt }
    const key = keyOf(place.kind, successor, place.key)
    if (key === place.key) return [{ ...place, before, after }]
    const target = { ...place, key }
    return [gone, { ...target, before: rows.get(target), after }]
  }
  return (sampleId: number): RowChange[] => read.all(sampleId).flatMap(follow)
}

/** Where two entries swap their names, a row counts by its new name. */
function onePerRow(samples: Uint32Array, changesOf: (sampleId: number) => RowChange[]): RowChange[] {
  const rows = new Map<string, RowChange>()
  for (const change of Array.from(samples).flatMap(changesOf)) {
    const place = JSON.stringify([change.sampleId, change.kind, change.reviewer, change.key])
    if (!rows.has(place) || change.after?.deleted === false) rows.set(place, change)
  }
  return [...rows.values()]
}
