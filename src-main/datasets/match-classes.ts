/** Which class of the model each label of a dataset means. */
import type { ClassMatch, LabelMapping } from '@shared/api'
import { imagenetIndex, imagenetOrder, isSynset } from './imagenet/synset-classes'
import { labelMatcher } from './label-match'
import { pairsByOrder } from './match-order'

/** What a model calls its classes, by class index. */
export interface ModelClasses {
  labels: readonly string[]
  /** Identifiers that datasets use in place of the names, such as synsets; null without any. */
  keys: readonly string[] | null
}

/** The class of a label, and how it was found. */
export type Match = Pick<ClassMatch, 'classIndex' | 'by'>

export interface MatchOptions {
  /** Labels are class numbers wherever no class has the number for a name. */
  numbered: boolean
  /** Labels that were matched by hand; they come before everything. */
  mapping?: LabelMapping
  /** What the numbers of the mapping count from, where that was asked for. */
  numbersFrom?: 0 | 1
  /** Match by order where no label matches otherwise; only when the user asked for it. */
  byOrder?: boolean
}

const UNMATCHED: Match = { classIndex: null, by: null }

/**
 * Matches labels with classes: first as matched by hand, then by name, by the model's own keys, by ImageNet's
 * synsets, by number where labels are `numbered`: from 0, or from 1 where they run to the number of classes and none is 0.
 */
export function matchClasses(
  found: readonly string[],
  classes: ModelClasses,
  { numbered, mapping = [], numbersFrom, byOrder = false }: MatchOptions,
): Map<string, Match> {
  const given = new Map(mapping)
  // Where classes have no names but their numbers, a number is not a name.
  const unnamed = hasNoNames(classes.labels)
  const byName = unnamed ? () => null : labelMatcher(classes.labels)
  const byKey = classes.keys === null ? () => null : labelMatcher(classes.keys)
  const base = firstNumber(found, classes.labels.length)
  const byNumber = numbered || unnamed ? numberMatcher(classes.labels.length, base) : () => null
  const order = found.some(isSynset) ? imagenetOrder(classes.labels) : null

  const automatic = (label: string): Match => {
    const named = byName(label)
    if (named !== null) return { classIndex: named, by: 'name' }
    const synset = byKey(label) ?? (order === 'named' && isSynset(label) ? imagenetIndex(label) : null)
    if (synset !== null) return { classIndex: synset, by: 'synset' }
    const number = byNumber(label)
    return number === null ? UNMATCHED : { classIndex: number, by: numberedBy(base) }
  }
  const matches = new Map(found.map((label) => [label, automatic(label)]))
  const none = [...matches.values()].every(({ classIndex }) => classIndex === null)
  const pairs = byOrder && none ? pairsByOrder(found, classes.labels) : null
  for (const [label, classIndex] of pairs ?? []) {
    if (classIndex !== null) matches.set(label, { classIndex, by: 'order' })
  }
  for (const label of matches.keys()) {
    const classIndex = given.get(label)
    if (classIndex === undefined) continue
    const isNumber = numbersFrom !== undefined && classIndex !== null && classNumber(label) - numbersFrom === classIndex
    matches.set(label, { classIndex, by: isNumber ? numberedBy(numbersFrom) : 'given' })
  }
  return matches
}

/** True where a model's files gave no names, so that classes are called by their index. */
export function hasNoNames(labels: readonly string[]): boolean {
  return labels.length > 0 && labels.every((label, index) => label === String(index))
}

/** 1 where the labels are numbers up to the number of classes and none is 0, so that they cannot count from 0; else 0. */
function firstNumber(found: readonly string[], classes: number): 0 | 1 {
  const numbers = found.map(classNumber)
  return numbers.length > 0 && numbers.every((number) => number >= 1) && Math.max(...numbers) === classes ? 1 : 0
}

function numberedBy(first: 0 | 1): Match['by'] {
  return first === 1 ? 'one-based number' : 'number'
}

/** NaN for a label that is not a number of a class. */
function classNumber(label: string): number {
  return /^\d{1,9}$/.test(label) ? Number(label) : NaN
}

function numberMatcher(classes: number, base: 0 | 1): (label: string) => number | null {
  return (label) => {
    const index = classNumber(label) - base
    return index >= 0 && index < (classes || Infinity) ? index : null
  }
}
