/** Merges a file of annotations: another reviewer's, or one's own from another machine. */
import { setImmediate } from 'node:timers/promises'
import type { AnnotationImport, AnnotationStep, Term } from '@shared/api'
import { CHARACTERS_OF_A_POINT } from '@shared/api/limits'
import type { Project } from '../project/project'
import type { QueryLane } from '../queries/query-lane'
import { type AnnotationFile, type FileAnnotation, type FileTerm, readAnnotationFile } from './annotation-file'
import { inParts, partsOf } from './in-parts'
import { readReviewer } from './reviewer'
import { MISMATCHED, UNKNOWN } from './sample-finder'
import { continueStep, type RowChange, recordStep } from './steps'
import { type AnnotationState, annotationRows, keyOf, saysTheSame } from './stored-annotation'
import { type TermKind, ensureTerm, findTerm, readTerms, writeTerms } from './terms'

/** Paths of samples that a report names. */
const MAX_PATHS = 100

/**
 * Merges the file, one step of undo. What two reviewers say stands side by side; what one reviewer says twice about the
 * same thing (a note, a verdict, a tag) is said by the later version. Samples are found by path, or by content where the
 * path is not known; an image of other content is not annotated. A part of the rows is a transaction that includes its
 * share of the step: where the program ends before the last one, the same file merges the rest.
 * What is read of the project is asked of `lane`.
 * Throws 'usage' for a file that cannot be read; then nothing is written. What fails later says how far it came.
 */
export async function importAnnotations(
  project: Project,
  name: string,
  content: Uint8Array,
  lane: QueryLane,
  now = new Date(),
): Promise<AnnotationImport> {
  const file = await readAnnotationFile(name, content)
  const entries = await entriesOf(file, lane)
  const { ids: before } = await lane.ask('samplesThat', ['conflict'])
  const merge = project.review.transaction(() => new Merge(project, name, file, now))()
  await setImmediate()
  const take = (part: readonly FileEntry[]) => {
    merge.take(part)
    return part.length
  }
  const far = (merged: number) =>
    merged === 0
      ? null
      : `${merged} of ${entries.length} entries of ${name} were merged before that, as one step of undo; import it again for the rest.`
  await inParts(project, partsOf(entries, charactersOf), take, far)
  const { ids: after } = await lane.ask('samplesThat', ['conflict'])
  return { ...merge.report(file.annotations.length), conflicts: merge.newOf(before, after) }
}

interface FileEntry {
  entry: FileAnnotation
  /** Whether it was deleted there. */
  deleted: boolean
  /** The id of the sample that it speaks of, UNKNOWN or MISMATCHED. */
  found: number
}

/** The entries of a file with the samples that they are about, each looked up once in the lane's thread. */
async function entriesOf({ annotations, deleted }: AnnotationFile, lane: QueryLane): Promise<FileEntry[]> {
  const placeOf = ({ sample, hash }: FileAnnotation) => `${hash ?? ''} ${sample}`
  const places = new Map([...annotations, ...deleted].map((entry) => [placeOf(entry), entry]))
  const named = [...places.values()]
  const found = await lane.ask('findSamples', [
    named.map(({ sample }) => sample),
    named.map(({ hash }) => hash ?? null),
  ])
  const ids = new Map([...places.keys()].map((place, i) => [place, found[i] ?? UNKNOWN]))
  const entry = (entry: FileAnnotation, isDeleted: boolean) => {
    return { entry, deleted: isDeleted, found: ids.get(placeOf(entry)) ?? UNKNOWN }
  }
  return [...annotations.map((each) => entry(each, false)), ...deleted.map((each) => entry(each, true))]
}

/** What a row of it writes, twice: as it is, and in the step. */
function charactersOf({ entry: { text, shape } }: FileEntry): number {
  return 2 * (text.length + (shape?.kind === 'polygon' ? shape.points.length * CHARACTERS_OF_A_POINT : 0))
}

class Merge {
  #step: AnnotationStep | null = null
  readonly #us: string
  readonly #termsAdded: boolean
  readonly #spelled
  readonly #rows
  readonly #written = new Set<number>()
  readonly #unknown = new Map<string, number>()
  readonly #mismatched = new Map<string, number>()
  readonly #counts = { added: 0, updated: 0, same: 0, kept: 0, deleted: 0 }
  readonly #project: Project
  readonly #name: string
  readonly #now: Date

  constructor(project: Project, name: string, file: AnnotationFile, now: Date) {
    this.#project = project
    this.#name = name
    this.#now = now
    this.#us = readReviewer(project)
    const added = [takeTerms(project, 'tag', file.tags), takeTerms(project, 'verdict', file.verdicts)]
    this.#termsAdded = added.includes(true)
    this.#spelled = { tag: new Speller(project, 'tag'), verdict: new Speller(project, 'verdict') }
    this.#rows = annotationRows(project)
  }

  /** Merges these rows and adds them to the step. Runs inside the caller's transaction. */
  take(entries: readonly FileEntry[]): void {
    const changes = new Map<string, RowChange>()
    for (const entry of entries) this.#takeOne(entry, changes)
    if (changes.size === 0) return
    const rows = [...changes.values()]
    for (const { sampleId } of rows) this.#written.add(sampleId)
    const request = { reviewer: this.#us, kind: 'import' as const, title: `Imported ${this.#name}`, changes: rows }
    const joined = this.#step && continueStep(this.#project, this.#step.id, request, this.#written.size)
    this.#step = joined ?? recordStep(this.#project, request, this.#now)
  }

  /** How many of these conflicts are new, and of this import: others annotate meanwhile. */
  newOf(before: Uint32Array, conflicts: Uint32Array): number {
    const known = new Set(before)
    return conflicts.filter((id) => this.#written.has(id) && !known.has(id)).length
  }

  report(read: number): Omit<AnnotationImport, 'conflicts'> {
    return {
      step: this.#step,
      samples: Uint32Array.from(this.#written),
      terms: this.#termsAdded || this.#spelled.tag.added || this.#spelled.verdict.added,
      skipped: 0,
      read,
      ...this.#counts,
      unknown: reported(this.#unknown),
      mismatched: reported(this.#mismatched),
    }
  }

  #takeOne({ entry, deleted, found }: FileEntry, changes: Map<string, RowChange>): void {
    if (found < 0) {
      const missing = found === MISMATCHED ? this.#mismatched : this.#unknown
      missing.set(entry.sample, (missing.get(entry.sample) ?? 0) + 1)
      return
    }
    const text = deleted ? entry.text : this.#spelling(entry)
    const place = {
      sampleId: found,
      kind: entry.kind,
      reviewer: entry.reviewer ?? this.#us,
      key: keyOf(entry.kind, text, entry.region ?? null),
    }
    const row = JSON.stringify(Object.values(place))
    const stored = changes.get(row)?.before ?? this.#rows.get(place)
    const theirs = stateIn(entry, text, deleted, this.#now)
    const outcome = outcomeOf(changes.get(row)?.after ?? stored, theirs)
    if (outcome === null) return
    this.#counts[outcome]++
    if (outcome === 'same' || outcome === 'kept') return
    changes.set(row, { ...place, before: stored, after: theirs })
  }

  #spelling({ kind, text }: FileAnnotation): string {
    if (kind === 'tag') return this.#spelled.tag.spell(text)
    return kind === 'verdict' || kind === 'settled' ? this.#spelled.verdict.spell(text) : text
  }
}

function stateIn(entry: FileAnnotation, text: string, deleted: boolean, now: Date): AnnotationState {
  const changedAt = entry.changedAt ?? entry.createdAt ?? now.toISOString()
  const createdAt = entry.createdAt ?? changedAt
  return { text, shape: entry.shape ?? null, run: entry.run ?? null, createdAt, changedAt, deleted }
}

/** What merging does with a row; null for what was deleted there and never was here. */
function outcomeOf(ours: AnnotationState | null, theirs: AnnotationState) {
  if (saysTheSame(ours, theirs)) return theirs.deleted ? null : 'same'
  if (ours === null) return 'added'
  if (theirs.changedAt <= ours.changedAt) return 'kept'
  if (theirs.deleted) return 'deleted'
  return ours.deleted ? 'added' : 'updated'
}

/** Adds the entries of a file's list that the project does not have; a key that is in use here stays with its entry. */
function takeTerms(project: Project, kind: TermKind, theirs: readonly FileTerm[]): boolean {
  const ours: (Omit<Term, 'id'> & { id: number | null })[] = readTerms(project, kind)
  const before = ours.length
  for (const term of theirs) {
    if (ours.some(({ name }) => name.toLowerCase() === term.name.toLowerCase())) continue
    const taken = ours.some(({ hotkey }) => hotkey !== null && hotkey === term.hotkey)
    ours.push({ ...term, id: null, hotkey: taken ? null : term.hotkey })
  }
  if (ours.length > before) writeTerms(project, kind, ours)
  return ours.length > before
}

/** Names as the project's list spells them. */
class Speller {
  added = false
  readonly #known = new Map<string, string>()
  readonly #project: Project
  readonly #kind: TermKind
  constructor(project: Project, kind: TermKind) {
    this.#project = project
    this.#kind = kind
    for (const { name } of readTerms(project, kind)) this.#known.set(name, name)
  }

  spell(text: string): string {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const name = text.trim().normalize('NFC')
    const listed = findTerm(readTerms(this.#project, this.#kind), name)
    if (!listed) this.added = true
    const spelled = listed?.name ?? ensureTerm(this.#project, this.#kind, name).name
    this.#known.set(text, spelled)
    return spelled
  }
}

function reported(missing: Map<string, number>): AnnotationImport['unknown'] {
  const count = [...missing.values()].reduce((sum, n) => sum + n, 0)
  return { count, paths: [...missing.keys()].slice(0, MAX_PATHS) }
}
