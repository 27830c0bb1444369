/** Merges a file of annotations: another reviewer's, or one's own from another machine. */
import type { AnnotationImport, Term } from '@shared/api'
import type { Project } from '../project/project'
import { type AnnotationFile, type FileAnnotation, type FileTerm, readAnnotationFile } from './annotation-file'
import { samplesThat } from './annotated-samples'
import { readReviewer } from './reviewer'
import { SampleFinder } from './sample-finder'
import { type RowChange, recordStep } from './steps'
import { type AnnotationState, annotationRows, keyOf, saysTheSame } from './stored-annotation'
import { type TermKind, ensureTerm, findTerm, readTerms, writeTerms } from './terms'

/** Paths of samples that a report names. */
const MOST_PATHS = 100

/**
 * Merges the file in one transaction, one step of undo. What two reviewers say stands side by side; what one reviewer
 * says twice about the same thing (a note, a verdict, a tag) is said by the later version. Samples are found by path,
 * or by content where the path is not known; an image of other content is not annotated.
 * Throws 'usage' for a file that cannot be read; then nothing is written.
 */
export async function importAnnotations(
  project: Project,
  name: string,
  content: Uint8Array,
  now = new Date(),
): Promise<AnnotationImport> {
  const file = await readAnnotationFile(name, content)
  return project.review.transaction(() => merge(project, name, file, now))()
}

function merge(project: Project, name: string, file: AnnotationFile, now: Date): AnnotationImport {
  const us = readReviewer(project)
  const before = new Set(samplesThat(project, 'conflict'))
  const termsAdded = [takeTerms(project, 'tag', file.tags), takeTerms(project, 'verdict', file.verdicts)]
  const spelled = { tag: new Speller(project, 'tag'), verdict: new Speller(project, 'verdict') }
  const spelling = ({ kind, text }: FileAnnotation) => {
    if (kind === 'tag') return spelled.tag.spell(text)
    return kind === 'verdict' || kind === 'settled' ? spelled.verdict.spell(text) : text
  }

  const finder = new SampleFinder(project)
  const rows = annotationRows(project)
  const changes = new Map<string, RowChange>()
  const [unknown, mismatched] = [new Map<string, number>(), new Map<string, number>()]
  const counts = { added: 0, updated: 0, same: 0, kept: 0, deleted: 0 }

  const take = (entry: FileAnnotation, deleted: boolean) => {
    const found = finder.find(entry.sample, entry.hash ?? null)
    if (typeof found === 'string') {
      const missing = found === 'unknown' ? unknown : mismatched
      missing.set(entry.sample, (missing.get(entry.sample) ?? 0) + 1)
      return
    }
    const text = deleted ? entry.text : spelling(entry)
    const place = {
      sampleId: found.id,
      kind: entry.kind,
      reviewer: entry.reviewer ?? us,
      key: keyOf(entry.kind, text, entry.region ?? null),
    }
    const row = JSON.stringify(Object.values(place))
    const current = changes.get(row)?.after ?? rows.get(place)
    const theirs = stateIn(entry, text, deleted, now)
    const outcome = outcomeOf(current, theirs)
    if (outcome === null) return
    counts[outcome] += 1
    if (outcome === 'same' || outcome === 'kept') return
    changes.set(row, { ...place, before: changes.get(row)?.before ?? rows.get(place), after: theirs })
  }
  for (const entry of file.annotations) take(entry, false)
  for (const entry of file.deleted) take(entry, true)

  const written = [...changes.values()]
  const title = `Imported ${name}`
  const step =
    written.length === 0 ? null : recordStep(project, { reviewer: us, kind: 'import', title, changes: written }, now)
  return {
    step,
    samples: Uint32Array.from(new Set(written.map(({ sampleId }) => sampleId))),
    terms: termsAdded.includes(true) || spelled.tag.added || spelled.verdict.added,
    skipped: 0,
    read: file.annotations.length,
    ...counts,
    unknown: reported(unknown),
    mismatched: reported(mismatched),
    conflicts: samplesThat(project, 'conflict').filter((id) => !before.has(id)).length,
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

/** Adds the entries of a file's list that ours does not have; a key that is taken here stays ours. */
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

/** Names as our list spells them. */
class Speller {
  added = false
  private readonly known = new Map<string, string>()
  constructor(
    private readonly project: Project,
    private readonly kind: TermKind,
  ) {
    for (const { name } of readTerms(project, kind)) this.known.set(name, name)
  }

  spell(text: string): string {
    const known = this.known.get(text)
    if (known !== undefined) return known
    const name = text.trim().normalize('NFC')
    const listed = findTerm(readTerms(this.project, this.kind), name)
    if (!listed) this.added = true
    const spelled = listed?.name ?? ensureTerm(this.project, this.kind, name).name
    this.known.set(text, spelled)
    return spelled
  }
}

function reported(missing: Map<string, number>): AnnotationImport['unknown'] {
  const count = [...missing.values()].reduce((sum, n) => sum + n, 0)
  return { count, paths: [...missing.keys()].slice(0, MOST_PATHS) }
}
