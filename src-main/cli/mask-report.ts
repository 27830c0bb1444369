/** What the command line says of a dataset's masks. */
import { toErrorValue } from '@shared/errors'
import { type DatasetMasks, kindOfMasks } from '../datasets/mask/dataset-masks'
import type { MaskCounts } from '../datasets/mask/mask-regions'
import { countMask } from '../datasets/mask/mask-rule'
import type { DatasetSample } from '../datasets/source'

/** Masks that are decoded at the same time. */
const AT_ONCE = 4

/** As JSON: `kind` is `box` where boxes stand for masks, and null where it could not be told. */
export function masksDocument(masks: DatasetMasks | null) {
  if (masks === null) return null
  const { rule, count, path } = masks
  const { kind, rule: text } = kindOfMasks(masks)
  return { kind, void: rule?.void ?? null, samples: count, path, rule: text, why: rule?.why ?? null }
}

export interface CountedMask {
  /** Null without a mask, for a box, and where the rule gives the sample none. */
  mask: MaskCounts | null
  /** Why the mask cannot be read. */
  error: string | null
}

/** Pixels of the mask of each sample, in the mask's own size. */
export async function countMasks(
  samples: readonly DatasetSample[],
  masks: DatasetMasks | null,
  signal?: AbortSignal,
): Promise<CountedMask[]> {
  const counted: CountedMask[] = []
  for (let start = 0; start < samples.length; start += AT_ONCE) {
    signal?.throwIfAborted()
    const part = samples.slice(start, start + AT_ONCE)
    counted.push(...(await Promise.all(part.map((sample, index) => countOne(sample, masks, start + index)))))
  }
  return counted
}

async function countOne({ label }: DatasetSample, masks: DatasetMasks | null, index: number): Promise<CountedMask> {
  const mask = masks?.of[index] ?? null
  if (mask === null || !masks?.rule) return { mask: null, error: null }
  try {
    return { mask: await countMask(mask, masks.rule, label), error: null }
  } catch (error) {
    return { mask: null, error: toErrorValue(error).message }
  }
}
