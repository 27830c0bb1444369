/** The region of `explain --target region:FILE`: a mask picture over the pictures of an array. */
import { basename } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { ModelReport } from '@headlight/explain/report'
import { INSIDE } from '../datasets/mask/mask-regions'
import { readMaskValues } from '../datasets/mask/read-mask-values'
import { placeShares } from './truth-region'

/**
 * Weights of the places of the model's output, `[h, w]`: the share of each that is inside. What is not 0 is inside.
 * @param size height and width of the array's pictures in pixels
 * @throws HeadlightError 'usage' for a model that is not a segmentation, a picture of another size, and one without a pixel inside
 */
export async function arrayRegion(
  path: string,
  [high, wide]: readonly [number, number],
  dense: ModelReport['dense'],
): Promise<Float32Array> {
  if (dense?.kind !== 'pixels') {
    throw usage('The model is not a segmentation, so region: has no meaning for it; name a class.')
  }
  const { width, height, values } = await readMaskValues(path)
  const name = basename(path)
  const fits = (rows: number, columns: number) => height === rows && width === columns
  if (!fits(high, wide) && !fits(dense.height, dense.width)) {
    throw usage(
      `${name} has ${height} x ${width} pixels (height, width); a region is as large as the pictures of the array, ${high} x ${wide}, or as the model's output, ${dense.height} x ${dense.width}.`,
    )
  }
  if (!values.some((value) => value !== 0)) {
    throw usage(`${name} has no pixel inside, since all of them are 0; paint the region in any other value.`)
  }
  const regions = Uint8Array.from(values, (value) => (value === 0 ? 0 : INSIDE))
  return placeShares({ width, height, regions }, WHOLE, [dense.height, dense.width])
}

/** The mask lies over all of the input, padding included. */
const WHOLE = { across: [0, 1], down: [0, 1] }

const usage = (message: string) => new HeadlightError('usage', message)
