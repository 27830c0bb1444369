/** The mean direction of the features of pictures. */
import { infer } from '@headlight/explain'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import type { Preprocessing } from '@shared/api'
import { type ErrorCode, HeadlightError } from '@shared/errors'
import type { SampleLocation } from '../../datasets/location'
import { decodeBatch, type DecodedBatch } from '../decode-batch'
import type { DecodeSample } from '../decode-sample'
import { onnxRuntime } from '../onnx-runtime'
import type { FeaturesModel } from './features-model'

const BATCH = 8

export interface MeanDirection {
  /** `[width]`, of length 1. */
  values: Float64Array
  /** Pictures that it is the mean of. */
  count: number
  /** Why the others could not be read, a sentence each. */
  unreadable: string[]
}

export interface HowPicturesAreRead {
  preprocessing: Preprocessing
  decode: DecodeSample
  /** Lets other work go between two batches. */
  inTurn?: <Result>(task: () => Promise<Result>) => Promise<Result>
  signal?: AbortSignal
}

/**
 * The mean of the directions of the pictures' features, in double precision. Pictures that cannot be read are left out.
 * @throws HeadlightError what reading the first threw where none can be read
 */
export async function meanDirection(
  { model, width }: Pick<FeaturesModel, 'model' | 'width'>,
  pictures: readonly SampleLocation[],
  { preprocessing, decode, inTurn = (task) => task(), signal }: HowPicturesAreRead,
): Promise<MeanDirection> {
  const graph = model.compile({ methods: [], settings: DEFAULT_METHOD_SETTINGS, scores: false, raw: false })
  const loaded = await onnxRuntime()(graph)
  const image = [preprocessing.channels, preprocessing.size.height, preprocessing.size.width]
  const sum = new Float64Array(width)
  const errors: DecodedBatch['errors'] = []
  try {
    for (let at = 0; at < pictures.length; at += BATCH) {
      signal?.throwIfAborted()
      const part = pictures.slice(at, at + BATCH)
      const inputs = part.map((file, index) => ({ id: at + index, file, mask: null, target: -1 }))
      const decoded = await decodeBatch(inputs, preprocessing, decode)
      errors.push(...decoded.errors)
      const { pixels, samples } = decoded
      if (samples.length === 0) continue
      const feeds = { pixels, image, targets: samples.map(() => 0) }
      const { tensors } = await inTurn(() => infer(loaded, graph, feeds, [graph.outputs.logits], samples.length))
      const features = tensors.get(graph.outputs.logits)!.data as Float32Array
      samples.forEach((_, index) => {
        const own = Float64Array.from(features.subarray(index * width, (index + 1) * width))
        const length = Math.hypot(...own)
        own.forEach((value, place) => (sum[place] = sum[place]! + value / Math.max(length, 1e-12)))
      })
    }
  } finally {
    await loaded.release()
  }
  const [first] = errors
  if (first && errors.length === pictures.length) throw new HeadlightError(first.code as ErrorCode, first.message)
  const length = Math.max(Math.hypot(...sum), 1e-12)
  return {
    values: sum.map((value) => value / length),
    count: pictures.length - errors.length,
    unreadable: errors.map(({ message }) => message),
  }
}
