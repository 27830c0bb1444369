/** What should be known of a dataset as it was read, in sentences. */
import { labelsSentence } from '@shared/labels-from'
import type { DatasetListing } from './source'

/** Where labels are from, what was assumed, what looks wrong, and what was passed over. */
export function listingNotes({
  labelsFrom,
  assumed,
  problems,
  passedOver,
}: Pick<DatasetListing, 'labelsFrom' | 'assumed' | 'problems' | 'passedOver'>): string[] {
  const leftOut = passedOver.map(({ what, count, why }) => `Passed over: ${count} x ${what} (${why}).`)
  return [`${labelsSentence(labelsFrom)}.`, ...assumed, ...problems, ...leftOut]
}
