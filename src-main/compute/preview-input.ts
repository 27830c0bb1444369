/** The model's input, turned back into a picture, so that exactly the model's input is shown. */
import type { InputPreview, Preprocessing } from '@shared/api'
import { seenRegion } from '@shared/input-geometry'
import { toErrorValue } from '@shared/errors'
import type { SampleLocation } from '../datasets/location'
import type { DecodeSample } from './decode-sample'

/** Decodes and preprocesses a sample as a run does, and undoes the normalisation. Errors are part of the result. */
export async function previewInput(
  { path, file }: { path: string; file: SampleLocation },
  preprocessing: Preprocessing,
  decode: DecodeSample,
): Promise<InputPreview> {
  try {
    const { values, width, height } = await decode({ id: 0, file, mask: null, target: -1 }, preprocessing)
    const { size } = preprocessing
    const original = { width, height }
    return {
      path,
      input: {
        ...size,
        rgb: levelsOf(values, preprocessing),
        range: rangeOf(values, preprocessing.channels),
        original,
        seen: seenRegion(original, preprocessing),
      },
      error: null,
    }
  } catch (error) {
    return { path, input: null, error: toErrorValue(error).message }
  }
}

/** A tensor `[channels, height, width]` as 8-bit RGB `[height, width, 3]`; one channel is repeated. */
export function levelsOf(values: Float32Array, preprocessing: Preprocessing): Uint8Array {
  const { channels, rescale, offset = 0, mean, std, channelOrder } = preprocessing
  const area = values.length / channels
  const rgb = new Uint8ClampedArray(area * 3)
  for (let color = 0; color < 3; color++) {
    const channel = Math.min(color, channels - 1)
    const place = channelOrder === 'bgr' && channels === 3 ? 2 - channel : channel
    for (let pixel = 0; pixel < area; pixel++) {
      // The clamped array rounds.
      rgb[pixel * 3 + color] = (values[place * area + pixel]! * std[channel]! + mean[channel]! + offset) / rescale
    }
  }
  return new Uint8Array(rgb.buffer)
}

function rangeOf(values: Float32Array, channels: number): [number, number][] {
  const area = values.length / channels
  return Array.from({ length: channels }, (_, channel) => {
    let [low, high] = [Infinity, -Infinity]
    for (const value of values.subarray(channel * area, (channel + 1) * area)) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    return [low, high]
  })
}
