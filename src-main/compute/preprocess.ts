/** From a picture to the model's input: crop, resize, crop, rescale, normalise, pad. */
import type { Preprocessing } from '@shared/api'
import { croppedPart, type Part, partBeforeResize, resizedSize } from '@shared/input-geometry'
import type { Picture } from './decode'
import { resize } from './resize'
import { type FloatPicture, resizeFloat } from './resize-float'

/** What one picture becomes: float32 `[channels, height, width]`. */
export interface InputTensor {
  values: Float32Array
  height: number
  width: number
}

/**
 * All steps, in the arithmetic of the library that the preprocessing follows.
 * Throws 'unfit-image' where nothing resizes and the picture has another size than the model takes.
 */
export function inputTensor(picture: Picture, preprocessing: Preprocessing): InputTensor {
  const pixels =
    preprocessing.rules?.resample === 'torch-float'
      ? floatPixels(picture, preprocessing)
      : inputPixels(picture, preprocessing)
  const { height, width } = pixels
  const values = new Float32Array(preprocessing.channels * height * width)
  normalise(pixels, preprocessing, values)
  return padded({ values, height, width }, preprocessing)
}

/** The pixels that the model sees, resized and cropped, before they are rescaled. */
export function inputPixels(picture: Picture, preprocessing: Preprocessing): Picture {
  const { height, width } = resizedSize(picture, preprocessing)
  const part = cut(picture, partBeforeResize(picture, preprocessing))
  const { rules } = preprocessing
  const resized = resize(part, height, width, preprocessing.resize.interpolation, {
    arithmetic: rules?.resample === 'torch' ? 'torch' : 'pillow',
    heightFirst: rules?.passes === 'height-first',
  })
  const crop = croppedPart(resized, preprocessing)
  return crop ? cut(resized, crop, preprocessing.rules?.fill) : resized
}

/** As `inputPixels`, rescaled before they are resized, and not rounded to levels. */
function floatPixels(picture: Picture, preprocessing: Preprocessing): FloatPicture {
  const { height, width } = resizedSize(picture, preprocessing)
  const part = cut(picture, partBeforeResize(picture, preprocessing))
  const factor = Math.fround(preprocessing.rescale)
  const rescaled = { ...part, rgb: Float32Array.from(part.rgb, (level) => level * factor) }
  const resized = resizeFloat(rescaled, height, width, preprocessing.resize.interpolation)
  const crop = croppedPart(resized, preprocessing)
  return crop ? cut(resized, crop) : resized
}

/**
 * Writes rescaled and normalised values, channels first: `into` is `[channels, height, width]`.
 * Arithmetic in float32, step by step, as transformers and torchvision do it. Float pictures are rescaled already.
 */
export function normalise(pixels: Picture | FloatPicture, preprocessing: Preprocessing, into: Float32Array): void {
  const { channels, channelOrder } = preprocessing
  const area = pixels.width * pixels.height
  const { rgb } = pixels
  for (let channel = 0; channel < channels; channel++) {
    // Mean and std belong to the channels of the picture; the order changes after them.
    const color = channelOrder === 'bgr' && channels === 3 ? 2 - channel : channel
    const start = channel * area
    if (rgb instanceof Float32Array) {
      const { center, spread } = shiftOf(preprocessing, color)
      for (let pixel = 0; pixel < area; pixel++) {
        into[start + pixel] = Math.fround(rgb[pixel * 3 + (channels === 1 ? 1 : color)]! - center) / spread
      }
      continue
    }
    const table = normalisedLevels(preprocessing, color)
    if (channels === 1) {
      for (let pixel = 0; pixel < area; pixel++) into[start + pixel] = table[luma(rgb, pixel * 3)]!
    } else {
      for (let pixel = 0; pixel < area; pixel++) into[start + pixel] = table[rgb[pixel * 3 + color]!]!
    }
  }
}

/** The normalised value of each of the 256 levels. */
function normalisedLevels(preprocessing: Preprocessing, channel: number): Float32Array {
  const { rescale, offset = 0, rules } = preprocessing
  const { center, spread } = shiftOf(preprocessing, channel)
  // transformers' fast processors rescale mean and std in place of the picture.
  if (rules?.resample === 'torch' && offset === 0 && rescale !== 1) {
    const inverse = Math.fround(1 / rescale)
    const [mean, std] = [Math.fround(center * inverse), Math.fround(spread * inverse)]
    return Float32Array.from({ length: 256 }, (_, level) => Math.fround(level - mean) / std)
  }
  return Float32Array.from({ length: 256 }, (_, level) => {
    const scaled = Math.fround(Math.fround(level * rescale) - offset)
    return Math.fround(Math.fround(scaled - center) / spread)
  })
}

function shiftOf({ mean, std }: Preprocessing, channel: number): { center: number; spread: number } {
  return { center: Math.fround(mean[channel]!), spread: Math.fround(std[channel]!) }
}

/** PIL's convert('L'): ITU-R 601-2 in fixed point. */
function luma(rgb: Uint8Array, at: number): number {
  return (rgb[at]! * 19595 + rgb[at + 1]! * 38470 + rgb[at + 2]! * 7471 + 0x8000) >> 16
}

/** A part of a picture; what lies outside of the picture gets the colour of the padding. */
function cut<Pixels extends Picture | FloatPicture>(
  picture: Pixels,
  part: Part,
  fill: readonly number[] = [0],
): Pixels {
  const { top, left, height, width } = part
  if (top === 0 && left === 0 && height === picture.height && width === picture.width) return picture
  const rgb =
    picture.rgb instanceof Float32Array ? new Float32Array(width * height * 3) : new Uint8Array(width * height * 3)
  if (fill.some((level) => level !== 0)) rgb.forEach((_, at) => (rgb[at] = fill[at % 3] ?? fill[0]!))
  const firstColumn = Math.max(0, left)
  const lastColumn = Math.min(picture.width, left + width)
  for (let y = Math.max(0, -top); y < height && y + top < picture.height; y++) {
    const row = (y + top) * picture.width
    const line = picture.rgb.subarray((row + firstColumn) * 3, (row + lastColumn) * 3)
    rgb.set(line, (y * width + firstColumn - left) * 3)
  }
  return { ...picture, width, height, rgb }
}

/** Zeros below and right, after normalising. A picture that is larger stays as it is. */
function padded(input: InputTensor, { pad, channels }: Preprocessing): InputTensor {
  const { values, height, width } = input
  if (!pad || height > pad.height || width > pad.width) return input
  const wide = new Float32Array(channels * pad.height * pad.width)
  for (let row = 0; row < channels * height; row++) {
    const channel = Math.floor(row / height)
    const to = (channel * pad.height + (row % height)) * pad.width
    wide.set(values.subarray(row * width, (row + 1) * width), to)
  }
  return { values: wide, height: pad.height, width: pad.width }
}
