/** Images of a batch, from files to one input tensor. */
import { toErrorValue } from '@shared/errors'
import type { Preprocessing } from '@shared/api'
import type { SampleInput } from './api'
import { decode, readImageFile } from './decode'
import type { Mask } from './localisation'
import { readMask } from './mask'
import { inputPixels, normalise } from './preprocess'

export interface DecodedSample {
  sample: SampleInput
  /** Of the upright original. */
  width: number
  height: number
  bytes: number
  hash: string
  mask: Mask | null
}

export interface DecodedBatch {
  /** The samples that could be read, in order. */
  samples: DecodedSample[]
  /** `[samples, channels, height, width]` */
  pixels: Float32Array
  errors: { id: number; code: string; message: string }[]
  decodeMs: number
}

/** Reads, decodes and preprocesses all samples. A sample that fails becomes an error and leaves the others alone. */
export async function decodeBatch(
  samples: readonly SampleInput[],
  preprocessing: Preprocessing,
): Promise<DecodedBatch> {
  const start = performance.now()
  const settled = await Promise.allSettled(samples.map((sample) => decodeSample(sample, preprocessing)))
  const good = settled.filter((result) => result.status === 'fulfilled').map((result) => result.value)
  const errors = settled.flatMap((result, index) => {
    if (result.status === 'fulfilled') return []
    const { code, message } = toErrorValue(result.reason)
    return [{ id: samples[index]!.id, code, message }]
  })
  const { size, channels } = preprocessing
  const stride = channels * size.height * size.width
  const pixels = new Float32Array(good.length * stride)
  good.forEach(({ input }, index) => normalise(input, preprocessing, pixels, index * stride))
  return { samples: good.map(({ decoded }) => decoded), pixels, errors, decodeMs: performance.now() - start }
}

async function decodeSample(sample: SampleInput, preprocessing: Preprocessing) {
  const image = await readImageFile(sample.file)
  const picture = await decode(image)
  const { width, height } = picture
  const input = inputPixels(picture, preprocessing)
  const mask = sample.mask === null ? null : await readMask(sample.mask, picture, preprocessing)
  const decoded: DecodedSample = { sample, width, height, bytes: image.content.length, hash: image.hash, mask }
  return { input, decoded }
}
