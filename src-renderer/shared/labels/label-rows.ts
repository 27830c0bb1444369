/** The matching of labels with classes as the form shows and changes it. */
import type { ClassMatch, LabelMapping } from '@shared/api'
import { formatCount } from '../../ui/format'

export const LABEL_FILTERS = ['all', 'unmatched', 'check'] as const
export type LabelFilter = (typeof LABEL_FILTERS)[number]

/** What was found, with what was matched by hand on top. */
export function labelRows(found: readonly ClassMatch[], corrections: LabelMapping): ClassMatch[] {
  const given = new Map(corrections)
  return found.map((match) => {
    const classIndex = given.get(match.folder)
    return classIndex === undefined ? match : { ...match, classIndex, by: 'given' }
  })
}

/** The rows of a filter whose label or class holds the text. */
export function shownRows(
  rows: readonly ClassMatch[],
  labels: readonly string[],
  filter: LabelFilter,
  text: string,
): ClassMatch[] {
  const wanted = text.trim().toLowerCase()
  return rows.filter(({ folder, classIndex, by }) => {
    if (filter === 'unmatched' && classIndex !== null) return false
    if (filter === 'check' && by !== 'order') return false
    const name = classIndex === null ? '' : (labels[classIndex] ?? '')
    return `${folder}\n${name}`.toLowerCase().includes(wanted)
  })
}

/** One label matched by hand; matching it as it was found takes the change back. */
export function withMatch(
  found: readonly ClassMatch[],
  corrections: LabelMapping,
  label: string,
  classIndex: number | null,
): LabelMapping {
  const others = corrections.filter(([other]) => other !== label)
  const asFound = found.find(({ folder }) => folder === label)?.classIndex === classIndex
  return asFound ? others : [...others, [label, classIndex]]
}

/** "8 by name, 2 by order, 1 unmatched". */
export function matchSummary(rows: readonly ClassMatch[]): string {
  const words = {
    given: 'by hand',
    name: 'by name',
    synset: 'by synset',
    number: 'by number',
    'one-based number': 'by number from 1',
    order: 'by order',
  }
  const counts = Object.entries(words).map(([by, word]) => [
    rows.filter((row) => row.by === by && row.classIndex !== null).length,
    word,
  ])
  const unmatched = rows.filter(({ classIndex }) => classIndex === null).length
  // A run keeps what its labels mean, not how that was found.
  const kept = rows.filter(({ by, classIndex }) => by === null && classIndex !== null).length
  return [...counts, [kept, 'matched'], [unmatched, 'unmatched']]
    .flatMap(([count, word]) => (count ? [`${formatCount(Number(count))} ${word}`] : []))
    .join(', ')
}
