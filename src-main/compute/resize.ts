/**
 * Resizing as Pillow does it (Resample.c): antialiased when it shrinks, half-pixel centres, horizontal pass first, 8-bit
 * in between, weights in fixed point. Models are trained and evaluated on pictures resized so, and a different kernel
 * changes logits.
 */
import type { Preprocessing } from '@shared/api'
import type { Picture } from './decode'

type Interpolation = Preprocessing['resize']['interpolation']

interface Kernel {
  support: number
  weight(distance: number): number
}

const KERNELS: Record<Exclude<Interpolation, 'nearest'>, Kernel> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** The picture at another size. Equal size gives the same picture. */
export function resize(picture: Picture, height: number, width: number, interpolation: Interpolation): Picture {
  if (height === picture.height && width === picture.width) return picture
  if (interpolation === 'nearest') return nearest(picture, height, width)
  const kernel = KERNELS[interpolation]
  const wide = width === picture.width ? picture : resizeRows(picture, width, kernel)
  return height === wide.height ? wide : resizeColumns(wide, height, kernel)
}

/** For each output position the first input position, and `size` weights in fixed point. */
interface Weights {
  size: number
  first: Int32Array
  count: Int32Array
  values: Int32Array
}

const FRACTION_BITS = 22
const HALF = 1 << (FRACTION_BITS - 1)

function weightsOf(inputs: number, outputs: number, { support, weight }: Kernel): Weights {
  const scale = inputs / outputs
  const stretch = Math.max(1, scale)
  const reach = support * stretch
  const size = Math.ceil(reach) * 2 + 1
  const first = new Int32Array(outputs)
  const count = new Int32Array(outputs)
  const values = new Int32Array(outputs * size)
  for (let output = 0; output < outputs; output++) {
    const center = (output + 0.5) * scale
    const from = Math.max(0, Math.trunc(center - reach + 0.5))
    const to = Math.min(inputs, Math.trunc(center + reach + 0.5))
    const raw = Array.from({ length: to - from }, (_, index) => weight((index + from - center + 0.5) * (1 / stretch)))
    const sum = raw.reduce((total, value) => total + value, 0)
    first[output] = from
    count[output] = raw.length
    raw.forEach((value, index) => {
      const share = (sum === 0 ? value : value / sum) * (1 << FRACTION_BITS)
      values[output * size + index] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5)
    })
  }
  return { size, first, count, values }
}

function resizeRows({ width: inputs, height, rgb }: Picture, width: number, kernel: Kernel): Picture {
  const { size, first, count, values } = weightsOf(inputs, width, kernel)
  const result = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let red = HALF
      let green = HALF
      let blue = HALF
      let at = (y * inputs + first[x]!) * 3
      for (let index = x * size, end = index + count[x]!; index < end; index++, at += 3) {
        const weight = values[index]!
        red += rgb[at]! * weight
        green += rgb[at + 1]! * weight
        blue += rgb[at + 2]! * weight
      }
      const to = (y * width + x) * 3
      result[to] = clip(red)
      result[to + 1] = clip(green)
      result[to + 2] = clip(blue)
    }
  }
  return { width, height, rgb: result }
}

function resizeColumns({ width, height: inputs, rgb }: Picture, height: number, kernel: Kernel): Picture {
  const { size, first, count, values } = weightsOf(inputs, height, kernel)
  const stride = width * 3
  const result = new Uint8Array(stride * height)
  const sums = new Int32Array(stride)
  for (let y = 0; y < height; y++) {
    sums.fill(HALF)
    for (let index = 0; index < count[y]!; index++) {
      const weight = values[y * size + index]!
      const from = (first[y]! + index) * stride
      for (let at = 0; at < stride; at++) sums[at]! += rgb[from + at]! * weight
    }
    for (let at = 0; at < stride; at++) result[y * stride + at] = clip(sums[at]!)
  }
  return { width, height, rgb: result }
}

function nearest({ width: columns, height: rows, rgb }: Picture, height: number, width: number): Picture {
  const result = new Uint8Array(width * height * 3)
  const fromColumns = nearestPositions(columns, width)
  const fromRows = nearestPositions(rows, height)
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

function clip(sum: number): number {
  const value = sum >> FRACTION_BITS
  return value < 0 ? 0 : value > 255 ? 255 : value
}

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}
