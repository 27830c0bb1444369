/** Images of a batch, from files to one input tensor. */
import { toErrorValue } from '@shared/errors'
import type { Preprocessing } from '@shared/api'
import type { SampleInput } from './api'
import type { DecodedSample, DecodeSample } from './decode-sample'

export interface DecodedBatch {
  /** The samples that could be read, in order; their values are in `pixels`. */
  samples: ({ sample: SampleInput } & Omit<DecodedSample, 'values'>)[]
  /** `[samples, channels, height, width]` */
  pixels: Float32Array
  errors: { id: number; code: string; message: string }[]
  decodeMs: number
}

/** Reads, decodes and preprocesses all samples. A sample that fails becomes an error and leaves the others alone. */
export async function decodeBatch(
  samples: readonly SampleInput[],
  preprocessing: Preprocessing,
  decode: DecodeSample,
): Promise<DecodedBatch> {
  const start = performance.now()
  const settled = await Promise.allSettled(samples.map((sample) => decode(sample, preprocessing)))
  const { size, channels } = preprocessing
  const stride = channels * size.height * size.width
  const batch: DecodedBatch = { samples: [], pixels: new Float32Array(0), errors: [], decodeMs: 0 }
  const inputs: Float32Array[] = []
  settled.forEach((result, index) => {
    const sample = samples[index]!
    if (result.status === 'fulfilled') {
      const { values, ...rest } = result.value
      inputs.push(values)
      batch.samples.push({ sample, ...rest })
    } else {
      const { code, message } = toErrorValue(result.reason)
      batch.errors.push({ id: sample.id, code, message })
    }
  })
  batch.pixels = new Float32Array(inputs.length * stride)
  inputs.forEach((values, index) => batch.pixels.set(values, index * stride))
  batch.decodeMs = performance.now() - start
  return batch
}
