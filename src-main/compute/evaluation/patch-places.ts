/** Which pixels belong to which patch, and the pictures that removed patches are filled from. */
import { roundHalfUp } from './round-half-up'

export interface PatchPlaces {
  /** Rows and columns of patches. */
  grid: readonly [number, number]
  /** `[C, H, W]` of the model's input. */
  image: readonly [number, number, number]
  /** The patch of each pixel, `[H * W]`. */
  patchOf: Uint32Array
}

export function patchPlaces(grid: readonly [number, number], image: readonly [number, number, number]): PatchPlaces {
  const [, height, width] = image
  const patchOf = new Uint32Array(height * width)
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * grid[0]) / height) * grid[1]
    for (let x = 0; x < width; x++) patchOf[y * width + x] = row + Math.floor((x * grid[1]) / width)
  }
  return { grid, image, patchOf }
}

/** Writes `pixels` with the patches that `isRemoved` names taken from `fill`, `[C, H, W]` each. */
export function writeFilled(
  into: Float32Array,
  { pixels, fill }: { pixels: Float32Array; fill: Float32Array },
  { patchOf }: PatchPlaces,
  isRemoved: (patch: number) => boolean,
): void {
  const area = patchOf.length
  const removed = new Uint8Array(patchOf.length > 0 ? patchOf[area - 1]! + 1 : 0)
  for (let patch = 0; patch < removed.length; patch++) removed[patch] = Number(isRemoved(patch))
  for (let start = 0; start < pixels.length; start += area) {
    for (let pixel = 0; pixel < area; pixel++) {
      const source = removed[patchOf[pixel]!] === 1 ? fill : pixels
      into[start + pixel] = source[start + pixel]!
    }
  }
}

/**
 * The picture under a Gaussian whose sigma is the side of a patch, along each axis 2 round(3 sigma) + 1 taps; edges are
 * repeated. `[C, H, W]`.
 */
export function blurred(pixels: Float32Array, { grid, image }: PatchPlaces): Float32Array {
  const [channels, height, width] = image
  const lines = { count: channels * height, length: width, step: 1, between: width }
  const along = convolved(Float64Array.from(pixels), lines, gaussian(width / grid[1]))
  const result = new Float64Array(pixels.length)
  const kernel = gaussian(height / grid[0])
  for (let channel = 0; channel < channels; channel++) {
    const plane = along.subarray(channel * height * width, (channel + 1) * height * width)
    const columns = { count: width, length: height, step: width, between: 1 }
    result.set(convolved(plane, columns, kernel), channel * height * width)
  }
  return Float32Array.from(result)
}

/** Weights that sum to 1, the middle one of offset 0. */
function gaussian(sigma: number): Float64Array {
  const reach = roundHalfUp(3 * sigma)
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function convolved(
  values: Float64Array,
  { count, length, step, between }: { count: number; length: number; step: number; between: number },
  kernel: Float64Array,
): Float64Array {
  const reach = (kernel.length - 1) / 2
  const result = new Float64Array(values.length)
  for (let line = 0; line < count; line++) {
    const start = line * between
    for (let at = 0; at < length; at++) {
      let sum = 0
      for (let tap = -reach; tap <= reach; tap++) {
        const from = Math.min(length - 1, Math.max(0, at + tap))
        sum += kernel[tap + reach]! * values[start + from * step]!
      }
      result[start + at * step] = sum
    }
  }
  return result
}

/** The mean colour of the picture itself, everywhere, `[C, H, W]`. */
export function meanColour(pixels: Float32Array, { image: [channels, height, width] }: PatchPlaces): Float32Array {
  const area = height * width
  const result = new Float32Array(pixels.length)
  for (let channel = 0; channel < channels; channel++) {
    const plane = pixels.subarray(channel * area, (channel + 1) * area)
    result.fill(plane.reduce((sum, value) => sum + value, 0) / area, channel * area, (channel + 1) * area)
  }
  return result
}
