/** From a picture to the model's input: resize, crop, rescale, normalise. */
import { HeadlightError } from '@shared/errors'
import type { Preprocessing } from '@shared/api'
import type { Picture } from './decode'
import { resize } from './resize'

interface Size {
  height: number
  width: number
}

/** A rectangle of the upright picture, in shares of its size. */
export interface Region {
  left: number
  top: number
  right: number
  bottom: number
}

/** The size that a picture is resized to, before any crop. Throws 'unreadable-image' where it is refused. */
export function resizedSize(picture: Size, { resize: step, size }: Preprocessing): Size {
  const { width, height } = picture
  if (step.mode === 'exact') return { height: step.height, width: step.width }
  if (step.mode === 'shortest') {
    const edge = Math.min(step.height, step.width)
    return width <= height
      ? { width: edge, height: Math.trunc((edge * height) / width) }
      : { height: edge, width: Math.trunc((edge * width) / height) }
  }
  if (width === size.width && height === size.height) return size
  throw new HeadlightError(
    'unreadable-image',
    `The picture has ${width} x ${height} pixels, and the model takes ${size.width} x ${size.height} without resizing.`,
  )
}

/** The pixels that the model sees, resized and cropped, before normalisation. */
export function inputPixels(picture: Picture, preprocessing: Preprocessing): Picture {
  const { height, width } = resizedSize(picture, preprocessing)
  const resized = resize(picture, height, width, preprocessing.resize.interpolation)
  const { centerCrop } = preprocessing
  return centerCrop ? crop(resized, centerCrop) : resized
}

/** The part of the picture that the model sees; whole unless there is a crop. Padding is cut off. */
export function seenRegion(picture: Size, preprocessing: Preprocessing): Region {
  const { centerCrop } = preprocessing
  if (!centerCrop) return { left: 0, top: 0, right: 1, bottom: 1 }
  const resized = resizedSize(picture, preprocessing)
  const left = cropStart(resized.width, centerCrop.width) / resized.width
  const top = cropStart(resized.height, centerCrop.height) / resized.height
  return {
    left,
    top,
    right: left + centerCrop.width / resized.width,
    bottom: top + centerCrop.height / resized.height,
  }
}

/**
 * Writes rescaled and normalised values, channels first: `into` is `[channels, height, width]`.
 * Arithmetic in float32, step by step, as transformers and torchvision do it.
 */
export function normalise(pixels: Picture, preprocessing: Preprocessing, into: Float32Array): void {
  const { channels } = preprocessing
  const area = pixels.width * pixels.height
  for (let channel = 0; channel < channels; channel++) {
    const table = normalisedLevels(preprocessing, channel)
    const start = channel * area
    if (channels === 1) {
      for (let pixel = 0; pixel < area; pixel++) into[start + pixel] = table[luma(pixels.rgb, pixel * 3)]!
    } else {
      for (let pixel = 0; pixel < area; pixel++) into[start + pixel] = table[pixels.rgb[pixel * 3 + channel]!]!
    }
  }
}

/** The normalised value of each of the 256 levels. */
function normalisedLevels({ rescale, mean, std }: Preprocessing, channel: number): Float32Array {
  const center = Math.fround(mean[channel] ?? 0)
  const spread = Math.fround(std[channel] ?? 1)
  return Float32Array.from({ length: 256 }, (_, level) => {
    const scaled = Math.fround(level * rescale)
    return Math.fround(Math.fround(scaled - center) / spread)
  })
}

/** PIL's convert('L'): ITU-R 601-2 in fixed point. */
function luma(rgb: Uint8Array, at: number): number {
  return (rgb[at]! * 19595 + rgb[at + 1]! * 38470 + rgb[at + 2]! * 7471 + 0x8000) >> 16
}

/** The middle; a picture that is too small is padded with black. */
function crop(picture: Picture, { height, width }: Size): Picture {
  if (height === picture.height && width === picture.width) return picture
  const top = cropStart(picture.height, height)
  const left = cropStart(picture.width, width)
  const rgb = new Uint8Array(width * height * 3)
  const firstColumn = Math.max(0, left)
  const lastColumn = Math.min(picture.width, left + width)
  for (let y = Math.max(0, -top); y < height && y + top < picture.height; y++) {
    const row = (y + top) * picture.width
    const line = picture.rgb.subarray((row + firstColumn) * 3, (row + lastColumn) * 3)
    rgb.set(line, (y * width + firstColumn - left) * 3)
  }
  return { width, height, rgb }
}

/** Where a centred crop begins; negative where it is larger than the picture. */
function cropStart(available: number, wanted: number): number {
  return Math.floor((available - wanted) / 2)
}
