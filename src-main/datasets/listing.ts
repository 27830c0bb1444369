import { HeadlightError } from '@shared/errors'
import { numberedLabels } from './columns'
import { naturalOrder } from './natural-order'
import type { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, LabelsFrom, PassedOver } from './source'

/** What a source has to say of its listing besides the samples. */
export interface ListingFacts {
  labelsFrom?: LabelsFrom | null
  passedOver?: PassedOver[]
  assumed?: string[]
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
  const { labels, numbered } = numberedLabels(samples.map(({ label }) => label))
  samples.forEach((sample, index) => (sample.label = labels[index] ?? null))
  const { labelsFrom = null, passedOver = [], assumed = [] } = facts
  return { samples, problems: problems.sentences(), numbered, labelsFrom, passedOver, assumed }
}
