/** Image files to pixels. */
import { createHash } from 'node:crypto'
import type { Sharp } from 'sharp'
import { HeadlightError } from '@shared/errors'
import { nameOf, type SampleLocation } from '../datasets/location'
import { transparentColour } from '../datasets/gif-colour'
import { isDeepNetpbmGrey } from '../datasets/netpbm'
import { openPicture } from '../datasets/open-picture'
import { readSample } from '../datasets/read-sample'

/** An upright picture, 8-bit RGB, `[height, width, 3]`. */
export interface Picture {
  width: number
  height: number
  rgb: Uint8Array
  /** Where the pixels are not those of PIL's convert('RGB'), or not those of other libraries, in sentences; else left out. */
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
 * blended, embedded colour profiles are ignored, of several frames the first is taken. 16-bit grey is scaled, where PIL
 * clips it, and a note says so. Throws 'unreadable-image' with a sentence that names the file.
 */
export async function decode({ file, content }: ImageFile): Promise<Picture> {
  try {
    const picture = open(file, content)
    const { space, format, channels: bands } = await picture.metadata()
    if (space === 'cmyk') return await decodeCmyk(picture)
    const behind = format === 'gif' ? transparentColour(content) : null
    const raw = picture.toColourspace('srgb').raw({ depth: 'uchar' })
    const { data, info } = await raw.toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    const notes = (space === 'grey16' && bands === 1) || isDeepNetpbmGrey(nameOf(file), content) ? [SCALED_GREY] : []
    if (isTransparent(data, channels)) notes.push(DROPPED_ALPHA)
    return { width, height, rgb: toRgb(data, width * height, channels, behind), ...(notes.length > 0 && { notes }) }
  } catch (cause) {
    throw cause instanceof HeadlightError ? cause : unreadable(file, cause as Error)
  }
}

/** The note on samples whose pixels differ from PIL's. */
export const SCALED_GREY = "16-bit grey was scaled to 8 bits, where PIL's convert('RGB') clips it at 255."

/** The note on samples whose transparency other libraries treat differently. */
export const DROPPED_ALPHA =
  "Transparency was dropped, as PIL's convert('RGB') does it; transformers 5 paints it white where do_convert_rgb is set."

/** Whether any pixel of grey or RGB with alpha is less than opaque. */
function isTransparent(data: Uint8Array, channels: number): boolean {
  if (channels !== 2 && channels !== 4) return false
  for (let at = channels - 1; at < data.length; at += channels) if (data[at]! < 255) return true
  return false
}

/** CMYK as PIL's convert does it, without profiles: each colour multiplied by 1 - black. */
async function decodeCmyk(picture: Sharp): Promise<Picture> {
  const { data, info } = await picture
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const light = 255 - data[pixel * channels + 3]!
    for (let color = 0; color < 3; color++) {
      const product = data[pixel * channels + color]! * light + 128
      rgb[pixel * 3 + color] = Math.max(0, light - (((product >> 8) + product) >> 8))
    }
  }
  return { width, height, rgb }
}

/** Grey is repeated; transparent pixels get the colour behind them. */
function toRgb(data: Buffer, pixels: number, channels: number, behind: readonly number[] | null): Uint8Array {
  if (channels === 3) return data
  if (channels < 3) return repeatGrey(data, pixels, channels)
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * channels
    rgb.set(behind && data[at + 3] === 0 ? behind : data.subarray(at, at + 3), pixel * 3)
  }
  return rgb
}

/** The EXIF orientation of an image, 1 (upright) to 8; 1 where the file has none. */
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

/** Messages of decoders for files that end too early or contain impossible values. */
const DAMAGE =
  /premature|truncat|cut off|corrupt|unexpected end|end of (file|stream|data)|\beof\b|read error|crc|huffman|not enough|bad (data|huff|adaptive|zlib)|invalid (block|distance|code|literal|stored|lzw)|out of (data|order)|failed to load (gif|webp)|incomplete|decompress|frame not|unable to (read|parse)/i

function unreadable(file: SampleLocation, cause: Error): HeadlightError {
  const name = nameOf(file)
  // sharp's message for every file that it cannot open, damaged or not.
  const reason = cause.message.replace(/^Input (buffer|file) has corrupt header:\s*/i, '').trim()
  const sentence = /unsupported image format/i.test(reason)
    ? `${name} is not an image that can be read (JPEG, PNG, WebP, TIFF, AVIF, GIF, BMP or Netpbm).`
    : /pixel limit/i.test(reason)
      ? `${name} has too many pixels (more than 268 million).`
      : DAMAGE.test(reason)
        ? `${name} is damaged or cut off.`
        : `${name} could not be read: ${[...new Set(reason.split(/\s*\n+\s*/))].join('; ')}.`
  return new HeadlightError('unreadable-image', sentence, { cause })
}
