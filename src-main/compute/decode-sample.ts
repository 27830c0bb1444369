/** One sample, from its files to the values that the model takes. */
import type { Preprocessing } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { nameOf } from '../datasets/location'
import type { SampleInput } from './api'
import { decode, readImageFile } from './decode'
import type { Mask } from './localisation'
import { readMask } from './mask'
import { inputPixels, normalise } from './preprocess'

export interface DecodedSample {
  /** Preprocessed, `[channels, height, width]`. */
  values: Float32Array
  /** Of the upright original. */
  width: number
  height: number
  bytes: number
  hash: string
  mask: Mask | null
}

export type DecodeSample = (sample: SampleInput, preprocessing: Preprocessing) => Promise<DecodedSample>

/** Throws 'not-found' or 'unreadable-image', of the image or of its mask. */
export const decodeSample: DecodeSample = async (sample, preprocessing) => {
  const image = await readImageFile(sample.file)
  const picture = await decode(image)
  const { width, height } = picture
  const mask = sample.mask === null ? null : await readMask(sample.mask, picture, preprocessing)
  const pixels = inputPixels(picture, preprocessing)
  const { size } = preprocessing
  // A shortest edge without a crop gives pictures of any shape, and a batch has room for one.
  if (pixels.width !== size.width || pixels.height !== size.height) {
    throw new HeadlightError(
      'unreadable-image',
      `${nameOf(sample.file)} becomes ${pixels.width} x ${pixels.height} pixels, and the model takes ${size.width} x ${size.height}; crop it, or resize exactly.`,
    )
  }
  const values = new Float32Array(preprocessing.channels * pixels.width * pixels.height)
  normalise(pixels, preprocessing, values)
  return { values, width, height, bytes: image.content.length, hash: image.hash, mask }
}
