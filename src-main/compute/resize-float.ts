/** Resizing of float32 pictures as PyTorch does it with antialiasing: width first, nothing rounded or clipped in between. */
import type { Interpolation } from '@shared/api'
import { KERNELS, resampling, type Resampling } from './resample-kernels'
import { nearestExact } from './resize'

/** A picture whose levels were rescaled: float32 `[height, width, 3]`. */
export interface FloatPicture {
  width: number
  height: number
  rgb: Float32Array
}

/** The picture at another size. Equal size gives the same picture. */
export function resizeFloat(
  picture: FloatPicture,
  height: number,
  width: number,
  interpolation: Interpolation,
): FloatPicture {
  const weights = (inputs: number, outputs: number) =>
    interpolation === 'nearest' ? nearestWeights(inputs, outputs) : resampling(inputs, outputs, KERNELS[interpolation])
  const wide = width === picture.width ? picture : resizeRows(picture, width, weights(picture.width, width))
  return height === wide.height ? wide : resizeColumns(wide, height, weights(wide.height, height))
}

function nearestWeights(inputs: number, outputs: number): Resampling {
  const ones = new Float64Array(outputs).fill(1)
  return { size: 1, first: nearestExact(inputs, outputs), count: new Int32Array(outputs).fill(1), values: ones }
}

function resizeRows({ width: inputs, height, rgb }: FloatPicture, width: number, weights: Resampling): FloatPicture {
  const { size, first, count, values } = weights
  const result = new Float32Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let index = 0; index < count[x]!; index++) {
          sum += rgb[(y * inputs + first[x]! + index) * 3 + channel]! * values[x * size + index]!
        }
        result[(y * width + x) * 3 + channel] = sum
      }
    }
  }
  return { width, height, rgb: result }
}

function resizeColumns({ width, rgb }: FloatPicture, height: number, weights: Resampling): FloatPicture {
  const { size, first, count, values } = weights
  const stride = width * 3
  const result = new Float32Array(stride * height)
  const sums = new Float64Array(stride)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let index = 0; index < count[y]!; index++) {
      const weight = values[y * size + index]!
      const from = (first[y]! + index) * stride
      for (let at = 0; at < stride; at++) sums[at]! += rgb[from + at]! * weight
    }
    result.set(sums, y * stride)
  }
  return { width, height, rgb: result }
}
