/** The rule by which the masks of a dataset are read: detected from several of them, or given by the user. */
import { HeadlightError, toErrorValue } from '@shared/errors'
import {
  type MaskKind,
  type MaskReading,
  type MaskRule,
  MASK_KIND_NAMES,
  readingOf,
  ruleText,
  type Unmeasured,
} from '@shared/masks'
import { isBox, type MaskLocation, pathOf, type SampleLocation } from '../location'
import { takeCensus, type Census, valuesOf } from './census'
import type { ClassList } from './class-list'
import { classValues } from './class-values'
import { countRegions, maskRegions, type MaskCounts } from './mask-regions'
import { readMaskValues } from './read-mask-values'
import { askedKind, type MaskHint, detectKind, type DetectedKind } from './detect-kind'

/** Masks that are looked at, spread over the dataset. */
const LOOK = 48
/** Masks that are decoded at the same time. */
const AT_ONCE = 4

export interface MaskChoice {
  kind?: MaskKind | 'auto'
  /** The value that counts for neither side; 'none' for no value. */
  void?: number | 'none'
}

/** The model's class of a label of the dataset, null where none is meant. */
export type ClassOf = (label: string) => number | null

export interface MaskedSample {
  label: string | null
  mask: MaskLocation | null
}

export interface FoundRule {
  rule: MaskRule
  /** Sentences about assumptions with their reasons, and about masks that cannot be read. */
  assumed: string[]
  problems: string[]
}

/**
 * The rule for the masks of these samples; null where none has a mask that is a picture. `classOf` gives the model's class
 * of a label, `lists` lie beside the masks. Throws 'usage' where the masks do not have the kind that was asked for.
 */
export async function findMaskRule(
  samples: readonly MaskedSample[],
  { kind = 'auto', void: voidAsked }: MaskChoice = {},
  classOf: ClassOf | null = null,
  lists: readonly ClassList[] = [],
): Promise<FoundRule | null> {
  const masked = samples.flatMap(({ label, mask }) => (mask === null || isBox(mask) ? [] : [{ label, mask }]))
  if (masked.length === 0) return null
  const { seen, problems } = await lookAt(masked)
  if (seen.length === 0) {
    const why = 'None of the masks that were looked at can be read'
    return { rule: unknown(why), assumed: [], problems: [...problems, `${why}, so localisation is not measured.`] }
  }
  const masks = seen.map(({ census }) => census)
  const told = kind === 'auto' ? detectKind(masks, hintOf(masked.map(({ mask }) => mask))) : askedKind(kind, masks)
  if (told === null) throw misfit(kind, masks)
  if (voidAsked !== undefined) told.void = voidAsked === 'none' ? null : voidAsked
  const asked = {
    ...(kind !== 'auto' && { kind: true as const }),
    ...(voidAsked !== undefined && { void: true as const }),
  }
  if (Object.keys(asked).length > 0) told.asked = asked
  if (told.void !== null && told.known !== null && !told.known.includes(told.void)) told.known.push(told.void)
  if (told.kind === null) {
    const sentence = `${told.why}, so localisation is not measured; --mask-kind says how they are meant.`
    return { rule: unknown(told.why), assumed: [], problems: [...problems, sentence] }
  }
  const { rule, list } = withClasses(told, samples, seen, { classOf, lists })
  const unused =
    told.inside === null ? lists.filter((other) => other !== list).map((other) => unusedSentence(other, list)) : []
  const looked = seen.length === masked.length ? 'all' : `${seen.length} of ${masked.length}`
  const assumed = `Masks are read as: ${ruleText(rule)}. Told from ${rule.why} (${looked} were looked at).`
  const cutOut = masks.filter(({ fromAlpha }) => fromAlpha).length
  const transparency = cutOut === 0 ? [] : [`${cutOut} of them are of one colour: their transparency was read.`]
  const unclear = rule.inside.by === 'class' && Object.keys(rule.inside.values).length === 0 ? [CLASSES_UNKNOWN] : []
  return { rule, assumed: [assumed, ...transparency, ...unused], problems: [...problems, ...unclear] }
}

const CLASSES_UNKNOWN =
  'Masks hold class indices, and which index is which label could not be told, so localisation is not measured; --mask-kind instances takes every class as inside.'

export interface CountedMask {
  /** Null where the rule gives the sample no mask, and where the mask contradicts it. */
  counts: MaskCounts | null
  /** Why nothing can be measured against it, null where something can, or where there is no mask. */
  unmeasured: Unmeasured | null
}

/** Pixels of a sample's mask by the rule, in the mask's own size. A mask that cannot be read is one of the reasons. */
export async function countMask(mask: MaskLocation | null, rule: MaskRule, label: string | null): Promise<CountedMask> {
  const reading: MaskReading | null = readingOf(rule, label)
  if (mask === null || isBox(mask) || reading === null) return { counts: null, unmeasured: null }
  try {
    const { regions, unmeasured } = maskRegions(await readMaskValues(mask), reading)
    return { counts: regions === null ? null : countRegions(regions), unmeasured }
  } catch (error) {
    return { counts: null, unmeasured: { kind: 'unreadable', message: toErrorValue(error).message } }
  }
}

interface SeenMask {
  label: string | null
  census: Census
}

async function lookAt(masked: readonly { label: string | null; mask: SampleLocation }[]) {
  const count = Math.min(LOOK, masked.length)
  const chosen = Array.from({ length: count }, (_, index) => masked[Math.floor((index * masked.length) / count)]!)
  const seen: SeenMask[] = []
  const problems: string[] = []
  for (let start = 0; start < count; start += AT_ONCE) {
    const part = chosen.slice(start, start + AT_ONCE)
    const read = await Promise.allSettled(part.map(async ({ mask }) => takeCensus(await readMaskValues(mask))))
    read.forEach((result, index) => {
      if (result.status === 'fulfilled') seen.push({ label: part[index]!.label, census: result.value })
      else if (problems.length === 0) problems.push(toErrorValue(result.reason).message)
    })
  }
  return { seen, problems }
}

/** The rule of a kind; for indices with the value of each label. */
function withClasses(
  told: DetectedKind,
  samples: readonly MaskedSample[],
  seen: readonly SeenMask[],
  { classOf, lists }: { classOf: ClassOf | null; lists: readonly ClassList[] },
): { rule: MaskRule; list: ClassList | null } {
  if (told.inside !== null) return { rule: { ...told, inside: told.inside }, list: null }
  const labels = [...new Set(samples.flatMap(({ label }) => (label === null ? [] : [label])))]
  const masks = seen.map(({ label, census }) => ({ label, values: valuesOf(census, told.colours) }))
  const voc = told.colours === 'voc' || seen.some(({ census }) => census.vocPalette)
  const found = classValues({ masks, labels, void: told.void, voc, classOf, lists })
  if (found !== null) {
    const why = `${told.why}, classes by ${found.from}`
    const most = found.most === null ? {} : { most: found.most }
    const inside = { by: 'class', values: found.values } as const
    return { rule: { ...told, ...most, inside, why }, list: found.list }
  }
  const single = masks.every(
    ({ values }) => [...values].filter((value) => value !== 0 && value !== told.void).length <= 1,
  )
  if (single && labels.length > 0) {
    const why = `${told.why}, and each mask has one class`
    return { rule: { ...told, inside: { by: 'only' }, why }, list: null }
  }
  return { rule: { ...told, inside: { by: 'class', values: {} } }, list: null }
}

function unusedSentence({ file, why }: ClassList, taken: ClassList | null): string {
  const fault =
    taken === null ? 'the indexes of its names are not in the masks of these labels' : `${taken.file} was taken`
  return `${file} beside the masks is not used: ${why ?? fault}.`
}

/** Folders and columns whose names say what masks are. */
const HINTS: [NonNullable<MaskHint>, RegExp][] = [
  ['instances', /^(segmentationobject|instances?|instance_?(masks?|ids?)|pedmasks)$|_instanceids$/i],
  ['indices', /^(segmentationclass(aug)?|semantic(_?(masks?|segmentation))?)$|_(labelids|labeltrainids)$/i],
  ['trimap', /^trimaps?$|_trimap$/i],
]

function hintOf(masks: readonly SampleLocation[]): MaskHint {
  const hints = new Set(masks.map(hintOfMask))
  return hints.size === 1 ? (hints.values().next().value ?? null) : null
}

function hintOfMask(mask: SampleLocation): MaskHint {
  const parts = pathOf(mask).split(/[/\\]/).slice(-4)
  const names = typeof mask !== 'string' && mask.kind === 'parquet' ? [mask.column] : parts.map(withoutEnding)
  return HINTS.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0] ?? null
}

function withoutEnding(name: string): string {
  return name.replace(/\.[a-z]{3,4}$/i, '')
}

function unknown(why: string): MaskRule {
  return { kind: null, void: null, inside: { by: 'marked' }, known: null, why }
}

function misfit(kind: MaskKind | 'auto', masks: readonly Census[]): HeadlightError {
  const name = kind === 'auto' ? 'mask' : MASK_KIND_NAMES[kind]
  const values = [...new Set(masks.flatMap(({ counts }) => [...counts.keys()]))].sort((a, b) => a - b)
  const shown = values.slice(0, 6).join(', ')
  const needs = kind === 'trimap' ? ' A trimap has 1, 2 and 3 (inside, outside, border) or 0, 128 and 255.' : ''
  return new HeadlightError(
    'usage',
    `The masks do not fit a ${name}: their values are ${shown}${values.length > 6 ? ', ...' : ''}.${needs} Choose another --mask-kind.`,
  )
}
