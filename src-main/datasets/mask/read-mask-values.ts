/** The numbers in a mask's file, as they are stored. */
import sharp, { type Metadata, type Sharp } from 'sharp'
import { HeadlightError } from '@shared/errors'
import { bmpIndices, isBmp } from '../bmp'
import { nameOf, type SampleLocation } from '../location'
import { isNetpbm, netpbmGreys } from '../netpbm'
import { openPicture } from '../open-picture'
import { MAX_PIXELS } from '../picture-limits'
import { readSample } from '../read-sample'
import { indexTiff } from '../tiff-colour'
import { plainPng } from './png-values'

export interface MaskValues {
  width: number
  height: number
  /** `[height, width]`: indices of a palette, grey levels, or colours as 0xRRGGBB. */
  values: Uint8Array | Uint16Array | Uint32Array
  /** Whether values are colours, since they are not greys. */
  coloured: boolean
  /** Whether the format keeps values only roughly (JPEG, most WebP and AVIF). */
  lossy: boolean
  /** `[entries, 3]`, where values are its indices. */
  palette: Uint8Array | null
  /** Whether values are levels of the alpha channel, since its colours are all one. */
  fromAlpha?: boolean
}

/**
 * The values of a mask, exactly: indices of palettes stay indices, 1 to 4 bits and 16 bits are kept. A palette of greys
 * only is what optimisers make of grey levels, so the levels are given. Colours whose channels are equal are levels, too.
 * For a mask of one colour whose shape is in its transparency, the levels of the alpha channel are given; other alpha is dropped.
 * Throws 'not-found' or 'unreadable-image'.
 */
export async function readMaskValues(location: SampleLocation): Promise<MaskValues> {
  return maskValues(nameOf(location), await readSample(location))
}

/** As `readMaskValues`, of the file's content. */
export async function maskValues(name: string, content: Uint8Array): Promise<MaskValues> {
  const png = plainPng(content)
  if (png !== null) {
    const read = await greyValues(name, sharp(png.grey, EXACT), png.bits === 16 ? 'ushort' : 'uchar')
    return asStored(png.bits < 8 ? unscaled(read, png.bits) : read, png.palette)
  }
  const tiff = indexTiff(content)
  if (tiff !== null) return asStored(await greyValues(name, sharp(tiff.grey, EXACT), 'uchar'), tiff.palette)
  const bitmap = isBmp(content) ? bmpIndices(name, content) : null
  if (bitmap !== null) return asStored({ ...PLAIN, ...bitmap, values: bitmap.indices }, bitmap.palette)
  const greys = isNetpbm(content) ? netpbmGreys(name, content) : null
  return greys === null ? otherValues(name, content) : { ...PLAIN, ...greys }
}

const EXACT = { failOn: 'error', limitInputPixels: MAX_PIXELS, autoOrient: true } as const
const PLAIN = { coloured: false, lossy: false, palette: null }

async function otherValues(name: string, content: Uint8Array): Promise<MaskValues> {
  const opened = () => openPicture(name, content, { failOn: 'error', ignoreIcc: true, autoOrient: true })
  const open = () => opened().removeAlpha()
  const metadata: Metadata = await opened()
    .metadata()
    .catch((cause: Error) => {
      throw unreadable(name, cause)
    })
  const lossy = isLossy(metadata.format, content)
  const cutOut = metadata.hasAlpha ? await alphaOfOneColour(name, opened()) : null
  if (cutOut !== null) return { ...cutOut, lossy }
  const channels = metadata.channels - (metadata.hasAlpha ? 1 : 0)
  if (lossy || channels === 1) {
    const wide = lossy || metadata.depth === 'uchar' ? 'uchar' : metadata.depth === 'ushort' ? 'ushort' : 'float'
    return { ...(await greyValues(name, open(), wide)), lossy }
  }
  const { data, info } = await open()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: Error) => {
      throw unreadable(name, cause)
    })
  return { ...colourValues(data, info.channels), width: info.width, height: info.height, lossy, palette: null }
}

/** Null where colours differ, or transparency does not. */
async function alphaOfOneColour(name: string, image: Sharp): Promise<MaskValues | null> {
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: Error) => {
      throw unreadable(name, cause)
    })
  const { width, height, channels } = info
  const values = data.filter((_, at) => at % channels === channels - 1)
  const isOneColour = data.every((level, at) => at % channels === channels - 1 || level === data[at % channels])
  if (!isOneColour || values.every((alpha) => alpha === values[0])) return null
  return { ...PLAIN, width, height, values, fromAlpha: true }
}

async function greyValues(name: string, image: Sharp, depth: 'uchar' | 'ushort' | 'float'): Promise<MaskValues> {
  const { data, info } = await (depth === 'float' ? image : image.toColourspace(depth === 'ushort' ? 'grey16' : 'b-w'))
    .extractChannel(0)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: Error) => {
      throw unreadable(name, cause)
    })
  const size = { ...PLAIN, width: info.width, height: info.height }
  if (depth === 'uchar') return { ...size, values: data }
  const { buffer, byteOffset, length } = data
  if (depth === 'ushort') return { ...size, values: new Uint16Array(buffer.slice(byteOffset, byteOffset + length)) }
  const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + length))
  // A float keeps whole numbers exactly up to here.
  if (numbers.some((value) => !Number.isInteger(value) || value < 0 || value > 2 ** 24)) {
    throw new HeadlightError(
      'unreadable-image',
      `The mask ${name} keeps fractions or negative numbers; save it with whole numbers from 0, as PNG or TIFF.`,
    )
  }
  return { ...size, values: Uint32Array.from(numbers) }
}

/** Decoders spread 1, 2 and 4 bits over 0 to 255. */
function unscaled(read: MaskValues, bits: number): MaskValues {
  const step = 255 / (2 ** bits - 1)
  return { ...read, values: read.values.map((level) => Math.round(level / step)) }
}

/** Indices with their palette, or the levels that a palette of greys stands for. */
function asStored(read: MaskValues, palette: Uint8Array | null): MaskValues {
  if (palette === null) return read
  const entries = palette.length / 3
  const grey = (entry: number) =>
    palette[entry * 3] === palette[entry * 3 + 1] && palette[entry * 3] === palette[entry * 3 + 2]
  const isGrey = Array.from({ length: entries }, (_, entry) => grey(entry)).every(Boolean)
  if (!isGrey || read.values.some((index) => index >= entries)) return { ...read, palette }
  return { ...read, values: read.values.map((index) => palette[index * 3]!) }
}

/** Levels where all channels are equal everywhere, else colours. */
function colourValues(data: Uint8Array, channels: number): Pick<MaskValues, 'values' | 'coloured'> {
  const pixels = data.length / channels
  if (channels === 1) return { values: data, coloured: false }
  const colours = new Uint32Array(pixels)
  let coloured = false
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [red, green, blue] = [data[pixel * channels]!, data[pixel * channels + 1]!, data[pixel * channels + 2]!]
    coloured ||= red !== green || green !== blue
    colours[pixel] = (red << 16) | (green << 8) | blue
  }
  return coloured ? { values: colours, coloured } : { values: Uint8Array.from(colours, (grey) => grey & 255), coloured }
}

function isLossy(format: string, content: Uint8Array): boolean {
  if (format === 'webp') return !Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes('VP8L')
  return format === 'jpeg' || format === 'heif'
}

function unreadable(name: string, cause: Error): HeadlightError {
  return new HeadlightError('unreadable-image', `The mask ${name} cannot be decoded; it may be damaged or cut off.`, {
    cause,
  })
}
