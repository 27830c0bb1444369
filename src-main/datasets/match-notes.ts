/** Assumptions behind a matching of labels with classes, with the alternatives, in sentences. */
import type { LabelMapping } from '@shared/api'
import { hasNoNames, type Match, type ModelClasses } from './match-classes'
import { pairsByOrder } from './match-order'

const SHOWN = 5

export interface MatchNotes {
  /** What was taken for granted. */
  assumed: string[]
  /** The pairs of a matching by order, where nothing else fits any label; null where there is none to offer. */
  offer: LabelMapping | null
}

/** `numbersFrom` is what class numbers count from, where that was asked for. */
export function matchNotes(
  matches: ReadonlyMap<string, Match>,
  { labels }: ModelClasses,
  numbersFrom?: 0 | 1,
): MatchNotes {
  const by = (way: Match['by']) => [...matches].filter(([, match]) => match.by === way)
  const assumed: string[] = []
  if (numbersFrom !== undefined) {
    const numbers = [...by('number'), ...by('one-based number')]
    const pairs = numbers.map(([label, { classIndex }]): [string, number | null] => [label, classIndex])
    assumed.push(
      `Labels are class numbers from ${numbersFrom}, as asked for: ${pairs.length > 0 ? pairsText(pairs, labels) : 'no label is such a number'}.`,
    )
  } else if (by('one-based number').length > 0) {
    assumed.push(
      `Labels are numbers up to ${labels.length} and none is 0, and the model has ${labels.length} classes: they are taken to count from 1, so that label 1 is ${nameOf(0, labels)}.`,
    )
  }
  const numbers = by('number')
  if (numbersFrom === undefined && numbers.length > 0 && !matches.has('0')) {
    const [first, { classIndex }] = numbers[0]!
    const fromOne = numbers.map(([label, match]): [string, number | null] => [label, match.classIndex! - 1])
    assumed.push(
      `Labels are taken for class numbers that count from 0, though none is 0: label ${first} is ${nameOf(classIndex!, labels)}. If they count from 1 they are ${pairsText(fromOne, labels)}; --match from-1 takes that, --match from-0 confirms the other; in the window match them by hand.`,
    )
  }
  const ordered = by('order')
  if (ordered.length > 0) {
    const pairs = ordered.map(([label, { classIndex }]) => [label, classIndex] as [string, number | null])
    assumed.push(`Labels are matched with classes by order alone, as asked for: ${pairsText(pairs, labels)}.`)
  }
  const unmatched = [...matches.values()].every(({ classIndex }) => classIndex === null)
  return { assumed, offer: unmatched ? pairsByOrder([...matches.keys()], labels) : null }
}

/** The offer as a sentence; `how` says what takes it. */
export function offerSentence(offer: LabelMapping, labels: readonly string[], how: string): string {
  return `No label means a class by its name or number. By order they would be ${pairsText(offer, labels)}; ${how}.`
}

/** "cat = 0 (tabby), dog = 1 (beagle)". */
export function pairsText(pairs: LabelMapping, labels: readonly string[]): string {
  const shown = pairs
    .slice(0, SHOWN)
    .map(([label, index]) => `${label} = ${index === null ? 'none' : nameOf(index, labels)}`)
  const more = pairs.length > SHOWN ? ` and ${pairs.length - SHOWN} more` : ''
  return shown.join(', ') + more
}

function nameOf(index: number, labels: readonly string[]): string {
  return hasNoNames(labels) ? `class ${index}` : `${index} (${labels[index] ?? ''})`
}
