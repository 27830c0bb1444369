/** Which class of the model each label of a dataset means. */
import type { ClassMatch, LabelMapping } from '@shared/api'
import { imagenetIndex, imagenetOrder, isSynset } from './imagenet/synset-classes'
import { labelMatcher } from './label-match'

/** What a model calls its classes, by class index. */
export interface ModelClasses {
  labels: readonly string[]
  /** Identifiers that datasets use in place of the names, such as synsets; null without any. */
  keys: readonly string[] | null
}

/** The class of a label, and how it was found. */
export type Match = Pick<ClassMatch, 'classIndex' | 'by'>

const UNMATCHED: Match = { classIndex: null, by: null }

/**
 * Matches labels with classes: as they were matched by hand, then by name, by the model's own keys, by ImageNet's
 * synsets, by number where labels are `numbered`. Where none of that fits a single label and there are as many labels
 * as classes, by order: labels sorted by code point, as torchvision's ImageFolder counts them.
 */
export function matchClasses(
  found: readonly string[],
  classes: ModelClasses,
  numbered: boolean,
  mapping: LabelMapping = [],
): Map<string, Match> {
  const given = new Map(mapping)
  const byName = labelMatcher(classes.labels)
  const byKey = classes.keys === null ? () => null : labelMatcher(classes.keys)
  const byNumber = labelMatcher(classes.labels, numbered)
  const order = found.some(isSynset) ? imagenetOrder(classes.labels) : null

  const automatic = (label: string): Match => {
    const named = byName(label)
    if (named !== null) return { classIndex: named, by: 'name' }
    const synset = byKey(label) ?? (order === 'named' && isSynset(label) ? imagenetIndex(label) : null)
    if (synset !== null) return { classIndex: synset, by: 'synset' }
    const number = byNumber(label)
    if (number !== null) return { classIndex: number, by: 'number' }
    const assumed = order === 'assumed' && isSynset(label) ? imagenetIndex(label) : null
    return assumed === null ? UNMATCHED : { classIndex: assumed, by: 'order' }
  }
  const matches = new Map(found.map((label) => [label, automatic(label)]))
  const none = [...matches.values()].every(({ classIndex }) => classIndex === null)
  if (none && matches.size === classes.labels.length) {
    const sorted = [...matches.keys()].sort(byCodePoint)
    sorted.forEach((label, index) => matches.set(label, { classIndex: index, by: 'order' }))
  }
  for (const label of matches.keys()) {
    const classIndex = given.get(label)
    if (classIndex !== undefined) matches.set(label, { classIndex, by: 'given' })
  }
  return matches
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  const at = left.findIndex((char, index) => char !== right[index])
  if (at < 0) return left.length - right.length
  return (left[at]!.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1)
}
