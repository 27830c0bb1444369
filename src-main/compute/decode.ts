/** Image files to pixels. */
import { createHash } from 'node:crypto'
import type { Sharp } from 'sharp'
import { HeadlightError } from '@shared/errors'
import { nameOf, type SampleLocation } from '../datasets/location'
import { openPicture } from '../datasets/open-picture'
import { readSample } from '../datasets/read-sample'

/** An upright picture, 8-bit RGB, `[height, width, 3]`. */
export interface Picture {
  width: number
  height: number
  rgb: Uint8Array
  /** Where the pixels are not those of PIL's convert('RGB'), in sentences; left out where they are. */
  notes?: string[]
}

export interface ImageFile {
  file: SampleLocation
  content: Uint8Array
  /** SHA-256 of the content, hex. */
  hash: string
}

/** Reads an image once, for its hash and its pixels. Throws 'not-found' or 'unreadable-image'. */
export async function readImageFile(file: SampleLocation): Promise<ImageFile> {
  const content = await readSample(file)
  return { file, content, hash: createHash('sha256').update(content).digest('hex') }
}

/**
 * Decodes to upright 8-bit RGB, as PIL's convert('RGB') after exif_transpose: transparency is dropped rather than
 * blended, embedded colour profiles are ignored, of several frames the first is taken. 16-bit channels are scaled.
 * Throws 'unreadable-image' with a sentence that names the file.
 */
export async function decode({ file, content }: ImageFile): Promise<Picture> {
  const { data, info } = await open(file, content)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: Error) => {
      throw unreadable(file, cause)
    })
  const rgb = info.channels === 3 ? data : repeatGrey(data, info.width * info.height, info.channels)
  return { width: info.width, height: info.height, rgb }
}

/** The EXIF orientation of an image, 1 (upright) to 8; 1 where it says none. */
export async function orientationOf({ file, content }: ImageFile): Promise<number> {
  const { orientation } = await openPicture(nameOf(file), content).metadata()
  return orientation ?? 1
}

function open(file: SampleLocation, content: Uint8Array): Sharp {
  return openPicture(nameOf(file), content, { failOn: 'error', ignoreIcc: true, autoOrient: true })
}

function repeatGrey(data: Uint8Array, pixels: number, channels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) rgb.fill(data[pixel * channels]!, pixel * 3, pixel * 3 + 3)
  return rgb
}

function unreadable(file: SampleLocation, cause: Error): HeadlightError {
  const name = nameOf(file)
  const sentence = /unsupported image format/i.test(cause.message)
    ? `${name} is not an image that can be read (JPEG, PNG, WebP, TIFF, AVIF, GIF or BMP).`
    : /pixel limit/i.test(cause.message)
      ? `${name} has too many pixels (more than 268 million).`
      : `${name} is damaged or cut off.`
  return new HeadlightError('unreadable-image', sentence, { cause })
}
