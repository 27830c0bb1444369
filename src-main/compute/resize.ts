/**
 * Resizing of 8-bit pictures as Pillow does it (Resample.c): antialiased when it shrinks, half-pixel centres, horizontal
 * pass first, 8-bit in between, weights in fixed point. Models are trained and evaluated on pictures resized so, and a
 * different kernel changes logits. PyTorch's antialiased resizing of 8-bit tensors is the same with coarser weights.
 */
import type { Interpolation } from '@shared/api'
import type { Picture } from './decode'
import { KERNELS, resampling, type Resampling } from './resample-kernels'

/** Whose fixed point the weights are in. */
type Arithmetic = 'pillow' | 'torch'

/** The picture at another size. Equal size gives the same picture. */
export function resize(
  picture: Picture,
  height: number,
  width: number,
  interpolation: Interpolation,
  { arithmetic = 'pillow', heightFirst = false }: ResizeOptions = {},
): Picture {
  if (height === picture.height && width === picture.width) return picture
  if (interpolation === 'nearest') return nearest(picture, height, width, arithmetic)
  const weights = (inputs: number, outputs: number) =>
    fixedPoint(resampling(inputs, outputs, KERNELS[interpolation]), arithmetic)
  if (heightFirst && losesMoreHeight(picture, height, width)) {
    const low = resizeColumns(picture, height, weights(picture.height, height))
    return width === low.width ? low : resizeRows(low, width, weights(low.width, width))
  }
  const wide = width === picture.width ? picture : resizeRows(picture, width, weights(picture.width, width))
  return height === wide.height ? wide : resizeColumns(wide, height, weights(wide.height, height))
}

interface ResizeOptions {
  arithmetic?: Arithmetic
  /** As Pillow 13 chooses the first pass; the width first unless it is true. */
  heightFirst?: boolean
}

/** When Pillow 13 resizes the height first; found by trying, for every filter and ratio the same. */
function losesMoreHeight(picture: Picture, height: number, width: number): boolean {
  return picture.height > height && picture.height - height > 2 * (picture.width - width)
}

interface FixedPoint extends Omit<Resampling, 'values'> {
  /** Fraction bits of the weights. */
  bits: number
  values: Int32Array
}

const PILLOW_BITS = 22

function fixedPoint({ values: exact, ...places }: Resampling, arithmetic: Arithmetic): FixedPoint {
  const bits = arithmetic === 'pillow' ? PILLOW_BITS : bitsWithin16(exact)
  const values = Int32Array.from(exact, (share) => {
    const scaled = share * (1 << bits)
    return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  })
  return { ...places, bits, values }
}

/** As many fraction bits as let the largest weight fit into 16 bits (PyTorch's UpSampleKernel.cpp). */
function bitsWithin16(values: Float64Array): number {
  const largest = values.reduce((maximum, value) => Math.max(maximum, value), 0)
  let bits = 0
  while (bits < PILLOW_BITS && Math.trunc(0.5 + largest * (1 << (bits + 1))) < 1 << 15) bits++
  return bits
}

function resizeRows({ width: inputs, height, rgb }: Picture, width: number, weights: FixedPoint): Picture {
  const { size, first, count, values, bits } = weights
  const half = 1 << (bits - 1)
  const result = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let red = half
      let green = half
      let blue = half
      let at = (y * inputs + first[x]!) * 3
      for (let index = x * size, end = index + count[x]!; index < end; index++, at += 3) {
        const weight = values[index]!
        red += rgb[at]! * weight
        green += rgb[at + 1]! * weight
        blue += rgb[at + 2]! * weight
      }
      const to = (y * width + x) * 3
      result[to] = clip(red >> bits)
      result[to + 1] = clip(green >> bits)
      result[to + 2] = clip(blue >> bits)
    }
  }
  return { width, height, rgb: result }
}

function resizeColumns({ width, rgb }: Picture, height: number, weights: FixedPoint): Picture {
  const { size, first, count, values, bits } = weights
  const stride = width * 3
  const result = new Uint8Array(stride * height)
  const sums = new Int32Array(stride)
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (bits - 1))
    for (let index = 0; index < count[y]!; index++) {
      const weight = values[y * size + index]!
      const from = (first[y]! + index) * stride
      for (let at = 0; at < stride; at++) sums[at]! += rgb[from + at]! * weight
    }
    for (let at = 0; at < stride; at++) result[y * stride + at] = clip(sums[at]! >> bits)
  }
  return { width, height, rgb: result }
}

function nearest(
  { width: columns, height: rows, rgb }: Picture,
  height: number,
  width: number,
  arithmetic: Arithmetic,
) {
  const positions = arithmetic === 'torch' ? nearestExact : nearestPositions
  const result = new Uint8Array(width * height * 3)
  const fromColumns = positions(columns, width)
  const fromRows = positions(rows, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (fromRows[y]! * columns + fromColumns[x]!) * 3
      result.set(rgb.subarray(from, from + 3), (y * width + x) * 3)
    }
  }
  return { width, height, rgb: result }
}

/** The position is accumulated as in Pillow (Geometry.c), whose rounding decides where a centre falls on an edge. */
function nearestPositions(inputs: number, outputs: number): Int32Array {
  const step = inputs / outputs
  const positions = new Int32Array(outputs)
  for (let output = 0, position = step * 0.5; output < outputs; output++, position += step) {
    positions[output] = Math.min(inputs - 1, Math.floor(position))
  }
  return positions
}

/** PyTorch's 'nearest-exact': centres in float32. */
export function nearestExact(inputs: number, outputs: number): Int32Array {
  const scale = Math.fround(inputs / outputs)
  return Int32Array.from({ length: outputs }, (_, at) =>
    Math.min(inputs - 1, Math.floor(Math.fround((at + 0.5) * scale))),
  )
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
