/** What the command line says of a dataset's masks. */
import { type UnmeasuredGroup, unmeasuredText } from '@shared/masks'
import { type DatasetMasks, kindOfMasks } from '../datasets/mask/dataset-masks'
import { type CountedMask, countMask } from '../datasets/mask/mask-rule'
import type { DatasetSample } from '../datasets/source'

/** Masks that are decoded at the same time. */
const AT_ONCE = 4
const EXAMPLES = 3

/** As JSON: `kind` is `box` where boxes stand for masks, and null where it could not be told. */
export function masksDocument(masks: DatasetMasks | null) {
  if (masks === null) return null
  const { rule, count, path } = masks
  const { kind, rule: text } = kindOfMasks(masks)
  return { kind, void: rule?.void ?? null, samples: count, path, rule: text, why: rule?.why ?? null }
}

/** Pixels of the mask of each sample, in the mask's own size, and why there may be nothing to measure. */
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

/** A sentence a reason, with an example. */
export function unmeasuredSentences(groups: readonly UnmeasuredGroup[]): string[] {
  return groups.map((group) => {
    const [example] = group.examples
    const shown = example === undefined ? '.' : `, for example ${example.path}: ${example.message}`
    return `${unmeasuredText(group)} and no localisation${shown}`
  })
}

/** The samples that have a mask and nothing to measure against it, by reason. */
export function unmeasuredOf(samples: readonly DatasetSample[], counted: readonly CountedMask[]): UnmeasuredGroup[] {
  const found = counted.flatMap(({ unmeasured }, id) => (unmeasured === null ? [] : [{ id, ...unmeasured }]))
  return [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, group]) => ({
    kind,
    count: group.length,
    examples: group.slice(0, EXAMPLES).map(({ id, message }) => ({ id, message, path: samples[id]!.path })),
  }))
}

function countOne({ label }: DatasetSample, masks: DatasetMasks | null, index: number): Promise<CountedMask> {
  return masks?.rule
    ? countMask(masks.of[index] ?? null, masks.rule, label)
    : Promise.resolve({ counts: null, unmeasured: null })
}
