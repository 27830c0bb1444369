import { HeadlightError } from '@shared/errors'
import { isLabelValue, numberedLabels } from './columns'
import { naturalOrder } from './natural-order'
import type { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, LabelsFrom, PassedOver } from './source'

/** What a source has to say of its listing besides the samples. */
export interface ListingFacts {
  labelsFrom?: LabelsFrom | null
  passedOver?: PassedOver[]
  assumed?: string[]
  /** Labels are names and no class numbers, whatever they look like. */
  areNames?: boolean
  /** Labels are names of folders, where `unknown` is a class like any other. */
  areFolders?: boolean
  /** Names of the model's classes, where it is known. */
  classes?: readonly string[]
}

/**
 * A listing of what a source found: in natural order, each path once, labels read as numbers where all of them are.
 * Throws 'unsupported-dataset' when nothing was found, with the problems for a reason.
 */
export function finishListing(
  root: string,
  found: readonly DatasetSample[],
  problems: ProblemList,
  facts: ListingFacts = {},
): DatasetListing {
  const byPath = new Map<string, DatasetSample>()
  for (const sample of found) {
    if (byPath.has(sample.path)) problems.add('listed more than once; the first is taken', sample.path)
    else byPath.set(sample.path, sample)
  }
  if (byPath.size === 0) {
    const reasons = problems.sentences().join(' ')
    throw new HeadlightError('unsupported-dataset', `${root} holds no images that can be read. ${reasons}`.trim())
  }
  const samples = [...byPath.values()].sort((a, b) => naturalOrder(a.path, b.path))
  textOfLongIntegers(samples)
  const { labelsFrom = null, passedOver = [], areNames = false, areFolders = false, classes = [] } = facts
  const assumed = [...(facts.assumed ?? [])]
  if (!areFolders) assumed.push(...dropNoLabels(samples, new Set(classes)))
  if (!areNames) {
    const { labels, numbered } = numberedLabels(samples.map(({ label }) => label))
    samples.forEach((sample, index) => (sample.label = labels[index] ?? null))
    return { samples, problems: problems.sentences(), numbered, labelsFrom, passedOver, assumed }
  }
  return { samples, problems: problems.sentences(), numbered: false, labelsFrom, passedOver, assumed }
}

/** A column with integers beyond 2^53, which are text, is text as a whole: one column, one type. */
function textOfLongIntegers(samples: readonly DatasetSample[]): void {
  const long = new Set<string>()
  for (const { metadata } of samples) {
    for (const key in metadata)
      if (/^-?\d{16,}$/.test(String(metadata[key])) && typeof metadata[key] === 'string') long.add(key)
  }
  for (const { metadata } of long.size > 0 ? samples : []) {
    for (const key of long) if (typeof metadata?.[key] === 'number') metadata[key] = String(metadata[key])
  }
}

/** Removes labels that mean "no label", unless the model has a class of that name, and reports how many. */
function dropNoLabels(samples: readonly DatasetSample[], classes: ReadonlySet<string>): string[] {
  const dropped = new Map<string, number>()
  for (const sample of samples) {
    const { label } = sample
    if (label === null || isLabelValue(label) || classes.has(label)) continue
    sample.label = null
    sample.whyNoLabel = `"${label}" is taken for none`
    dropped.set(label, (dropped.get(label) ?? 0) + 1)
  }
  return [...dropped].map(
    ([label, count]) =>
      `${count} ${count === 1 ? 'image is' : 'images are'} labelled "${label}", which is taken for no label.`,
  )
}
