/** Matching labels with classes by their order only: a guess that is offered and never made without being asked for. */
import type { LabelMapping } from '@shared/api'
import { imagenetIndex, imagenetOrder, isSynset } from './imagenet/synset-classes'
import { splitsOfNames } from './split-names'

/**
 * The pairs that an order gives: labels sorted by code point, as torchvision's ImageFolder counts them; synsets of a model
 * with a thousand unnamed classes in the order of ILSVRC-2012. Null where there are not as many labels as classes, and for
 * names of splits, which are not labels.
 */
export function pairsByOrder(found: readonly string[], labels: readonly string[]): LabelMapping | null {
  if (splitsOfNames(new Set(found)) !== null) return null
  if (found.length > 0 && found.every(isSynset) && imagenetOrder(labels) === 'assumed') {
    return [...found].sort(byCodePoint).map((label) => [label, imagenetIndex(label)])
  }
  if (found.length === 0 || found.length !== labels.length) return null
  return [...found].sort(byCodePoint).map((label, index) => [label, index])
}

/** Why labels cannot be matched by order, for people. */
export function whyNoOrder(found: readonly string[], labels: readonly string[]): string {
  if (splitsOfNames(new Set(found)) !== null) return `${found.join(', ')} are names of splits, not labels`
  return `there are ${found.length} labels and ${labels.length} classes`
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  const at = left.findIndex((char, index) => char !== right[index])
  if (at < 0) return left.length - right.length
  return (left[at]!.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1)
}
