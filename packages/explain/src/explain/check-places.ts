import type { ModelReport } from './report'
import { HeadlightError } from '../errors'

/** Throws 'usage' for a query that a model does not have, and for a mask of another size or of a model without segmentation. */
export function checkPlaces(
  { dense }: Pick<ModelReport, 'dense'>,
  { queries, regions }: { queries?: readonly number[]; regions?: readonly (Float32Array | null)[] },
): void {
  const asked = queries?.find((query) => query >= 0)
  if (asked !== undefined) {
    if (dense?.kind !== 'queries') {
      throw usage('The model has no queries: its output has one logit a class. Leave the query out.')
    }
    const unknown = queries!.find((query) => query >= dense.queries)
    if (unknown !== undefined) {
      throw usage(`The model has ${dense.queries} queries, counted from 0, and no query ${unknown}.`)
    }
  }
  if (!regions) return
  if (dense?.kind !== 'pixels') throw usage('The model is not a segmentation, so a mask has no meaning for it.')
  const { height, width } = dense
  const other = regions.find((region) => region && region.length !== height * width)
  if (other) {
    throw usage(`A mask has ${other.length} places, and the model's output ${height} x ${width}; resize it to that.`)
  }
}

const usage = (message: string) => new HeadlightError('usage', message)
