/** The masks of a dataset: where they lie, and how they are read. */
import { dirname, resolve } from 'node:path'
import { BOX_RULE_TEXT, type MaskKind, ruleText } from '@shared/masks'
import { isBox, type MaskLocation } from '../location'
import { masksOf, openMasks } from '../masks'
import type { DatasetSample } from '../source'
import { findClassLists } from './class-list'
import { type ClassOf, findMaskRule, type FoundRule, type MaskChoice } from './mask-rule'

export interface DatasetMasks {
  /** Where they lie: their folder, or the dataset itself where it names them. */
  path: string
  /** The mask of each sample. */
  of: (MaskLocation | null)[]
  /** Samples with one. */
  count: number
  /** Null where all masks are boxes. */
  rule: FoundRule['rule'] | null
  /** Sentences: how masks are read and why. */
  assumed: string[]
  problems: string[]
}

/**
 * The masks of the samples of a dataset; `asked` is the folder that was asked for, whose masks come before those that the
 * dataset itself names; the dataset's own path stands for those. Null for none. Throws 'not-found' and 'usage'.
 */
export async function datasetMasks(
  root: string,
  samples: readonly DatasetSample[],
  asked: string | null,
  choice: MaskChoice = {},
  classOf: ClassOf | null = null,
): Promise<DatasetMasks | null> {
  const folder = asked === null || resolve(asked) === resolve(root) ? null : asked
  const masks = await openMasks(root, folder)
  const beside = masks === null ? null : masksOf(masks, samples)
  const of = samples.map(({ mask }, index) => {
    const found = beside?.masks[index] ?? null
    return folder === null ? (mask ?? found) : (found ?? mask)
  })
  const count = of.filter((mask) => mask !== null).length
  if (count === 0) return null
  const masked = samples.map(({ label }, index) => ({ label, mask: of[index]! }))
  const lists = await findClassLists(placesOfLists(root, masks?.path ?? null, of))
  const found = await findMaskRule(masked, choice, classOf, lists)
  const problems = [...(found?.problems ?? [])]
  if (beside !== null && beside.shared > 0) problems.push(sharedSentence(beside.shared, masks!.path))
  const boxes = of.filter((mask) => mask !== null && isBox(mask)).length
  const assumed = [...(found?.assumed ?? []), ...(boxes > 0 ? [`${boxes} boxes stand for masks.`] : [])]
  return { path: masks?.path ?? root, of, count, rule: found?.rule ?? null, assumed, problems }
}

/** Lists of classes lie with the masks, in a folder above them, or at the top of the dataset. */
function placesOfLists(root: string, masks: string | null, of: readonly (MaskLocation | null)[]): string[] {
  const places = masks === null ? [] : [masks, dirname(masks)]
  const first = of.find((mask) => typeof mask === 'string')
  if (first !== undefined && first.startsWith(root)) {
    for (let place = dirname(first); place.length > root.length; place = dirname(place)) places.push(place)
  }
  return [...places, root]
}

/** The kind of a dataset's masks, and how they are read, in words. */
export function kindOfMasks({ rule }: DatasetMasks): {
  kind: MaskKind | 'box' | null
  void: number | null
  rule: string
} {
  if (rule === null) return { kind: 'box', void: null, rule: BOX_RULE_TEXT }
  return { kind: rule.kind, void: rule.void, rule: ruleText(rule) }
}

function sharedSentence(count: number, path: string): string {
  return `${count} images would share masks in ${path}, since their names are the same in several folders; they have no mask.`
}
