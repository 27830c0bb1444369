/** The lists of tags and verdicts that a reviewer chooses from. */
import { TAG_HOTKEYS, type Term, VERDICT_HOTKEYS } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { ProjectFiles } from '../project/project-files'
import { keptStatement } from '../project/kept-statements'

export type TermKind = 'tag' | 'verdict'

export type TermEntry = Omit<Term, 'id'> & { id: number | null }

/**
 * Colours of new entries: Okabe and Ito's palette for colour-blind readers (2008, without yellow and black, which
 * vanish on one of the two backgrounds), then darker companions.
 */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7b3fa0', '#8a5406', '#5b6b7a']

export function readTerms({ review }: ProjectFiles, kind: TermKind): Term[] {
  return keptStatement<[string], Term>(
    review,
    `SELECT id, name, colour, hotkey FROM term WHERE kind = ? ORDER BY position, id`,
  ).all(kind)
}

/** The entry of this name, whatever its case; undefined for none. */
export function findTerm(terms: readonly Term[], name: string): Term | undefined {
  const folded = name.toLowerCase()
  return terms.find((term) => term.name === name) ?? terms.find((term) => term.name.toLowerCase() === folded)
}

/**
 * The name as the list spells it, and whether the list changed. A name that it does not have is added, with the next
 * colour and free key. `wanted` is the key of an entry that has none yet, where no other has it.
 */
export function ensureTerm(
  project: ProjectFiles,
  kind: TermKind,
  name: string,
  wanted?: string,
): { name: string; added: boolean } {
  const terms = readTerms(project, kind)
  const known = findTerm(terms, name)
  const taken = new Set(terms.map(({ hotkey }) => hotkey))
  const free = [wanted, ...(kind === 'tag' ? TAG_HOTKEYS : VERDICT_HOTKEYS)].filter((key) => key !== undefined)
  const hotkey = free.find((key) => !taken.has(key)) ?? null
  if (known) {
    const keyed = known.hotkey === null && wanted !== undefined && hotkey === wanted
    if (keyed) keptStatement(project.review, `UPDATE term SET hotkey = ? WHERE id = ?`).run(wanted, known.id)
    return { name: known.name, added: keyed }
  }
  const used = new Map(COLOURS.map((colour) => [colour, terms.filter((term) => term.colour === colour).length]))
  const colour = COLOURS.reduce((best, other) => ((used.get(other) ?? 0) < (used.get(best) ?? 0) ? other : best))
  insertTerms(project, kind, [{ id: null, name, colour, hotkey }], terms.length)
  return { name, added: true }
}

/** Puts this list in place of the stored one. Throws 'usage' for names or keys that occur twice. */
export function writeTerms(project: ProjectFiles, kind: TermKind, entries: readonly TermEntry[]): void {
  refuseTwice(
    entries.map(({ name }) => name.toLowerCase()),
    (name) => `“${name}” is in the list twice.`,
  )
  refuseTwice(
    entries.flatMap(({ hotkey }) => hotkey ?? []),
    (key) => `The key ${key} is given to two entries; a key can have one.`,
  )
  keptStatement(project.review, `DELETE FROM term WHERE kind = ?`).run(kind)
  insertTerms(project, kind, entries, 0)
}

function insertTerms({ review }: ProjectFiles, kind: TermKind, entries: readonly TermEntry[], from: number): void {
  const insert = keptStatement(
    review,
    `INSERT INTO term (id, kind, name, colour, hotkey, position) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  entries.forEach(({ id, name, colour, hotkey }, i) => insert.run(id, kind, name, colour, hotkey, from + i))
}

function refuseTwice(values: string[], sentence: (value: string) => string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i)
  if (twice !== undefined) throw new HeadlightError('usage', sentence(twice))
}
