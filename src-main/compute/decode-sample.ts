/** One sample, from its files to the values that the model takes. */
import type { Preprocessing } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { nameOf } from '../datasets/location'
import type { SampleInput } from './api'
import { decode, orientationOf, readImageFile } from './decode'
import { type SampleMask, sampleMask } from './mask'
import { inputTensor } from './preprocess'

export interface DecodedSample extends SampleMask {
  /** Preprocessed, `[channels, height, width]`. */
  values: Float32Array
  /** Of the upright original. */
  width: number
  height: number
  bytes: number
  hash: string
  /** Where the pixels are not those of PIL's convert('RGB'), in sentences. */
  notes: string[]
}

export type DecodeSample = (sample: SampleInput, preprocessing: Preprocessing) => Promise<DecodedSample>

/** Throws 'not-found', 'unreadable-image' and 'unfit-image', all of the image. */
export const decodeSample: DecodeSample = async (sample, preprocessing) => {
  const image = await readImageFile(sample.file)
  const picture = await decode(image)
  const { width, height } = picture
  const masked = { width, height, orientation: () => orientationOf(image) }
  const mask = await sampleMask(sample.mask, sample.reading, masked, preprocessing)
  const input = inputTensor(picture, preprocessing)
  const { size } = preprocessing
  // A shortest edge without a crop gives pictures of any shape, and a batch has room for one.
  if (input.width !== size.width || input.height !== size.height) {
    throw new HeadlightError(
      'unfit-image',
      `${nameOf(sample.file)} becomes ${input.width} x ${input.height} pixels, and the model takes ${size.width} x ${size.height}; crop it, or resize exactly.`,
    )
  }
  return {
    values: input.values,
    width,
    height,
    bytes: image.content.length,
    hash: image.hash,
    ...mask,
    notes: picture.notes ?? [],
  }
}
