/** Windows bitmaps, which sharp does not read: 1, 4, 8, 16, 24 and 32 bits, with palettes and bit fields, uncompressed. */
import { HeadlightError } from '@shared/errors'
import { MAX_PIXELS } from './picture-limits'

/** 8-bit RGB. */
export interface RgbPicture {
  width: number
  height: number
  /** `[height, width, 3]`, top row first. */
  rgb: Uint8Array
}

interface Header {
  width: number
  height: number
  bottomUp: boolean
  bits: number
  palette: Uint8Array
  /** Bytes of a palette entry: blue, green, red, and one more in all but the oldest files. */
  entryBytes: number
  /** Bit masks of red, green and blue in pixels of 16 and 32 bits. */
  masks: readonly number[]
  pixels: number
}

const FILE_HEADER = 14
const BIT_FIELDS = [3, 6]

export function isBmp(content: Uint8Array): boolean {
  return content[0] === 0x42 && content[1] === 0x4d && content.length > FILE_HEADER + 12
}

/**
 * Decodes a bitmap; an alpha channel is dropped. Nothing is allocated before the size is checked against the file's length.
 * Throws 'unreadable-image' with a sentence that names it.
 */
export function decodeBmp(name: string, content: Uint8Array): RgbPicture {
  const view = viewOf(content)
  return decodePixels(name, content, readHeader(name, view, content), view)
}

/**
 * The indices of a bitmap with a palette, `[height, width]`, and the palette, `[entries, 3]` RGB; null for one without.
 * Throws as `decodeBmp` does.
 */
export function bmpIndices(
  name: string,
  content: Uint8Array,
): { width: number; height: number; indices: Uint8Array; palette: Uint8Array } | null {
  const view = viewOf(content)
  const header = readHeader(name, view, content)
  if (header.bits > 8) return null
  const entries = Math.min(2 ** header.bits, Math.floor(header.palette.length / header.entryBytes))
  const palette = Uint8Array.from({ length: entries * 3 }, (_, at) => {
    const entry = Math.floor(at / 3) * header.entryBytes
    // A file may hold fewer colours than its pixels can name: the others are black.
    return header.palette[entry + 2 - (at % 3)] ?? 0
  })
  // With every entry its own number in all three channels, the picture is its indices.
  const numbers = Uint8Array.from({ length: 256 * header.entryBytes }, (_, at) => Math.floor(at / header.entryBytes))
  const { width, height, rgb } = decodePixels(name, content, { ...header, palette: numbers }, view)
  return { width, height, indices: rgb.filter((_, at) => at % 3 === 0), palette }
}

function viewOf(content: Uint8Array): DataView {
  return new DataView(content.buffer, content.byteOffset, content.byteLength)
}

function decodePixels(name: string, content: Uint8Array, header: Header, view: DataView): RgbPicture {
  const { width, height, bits, bottomUp, pixels } = header
  const stride = Math.ceil((width * bits) / 32) * 4
  if (pixels + stride * height > content.length) throw refused(`${name} is damaged or cut off.`)
  const rgb = new Uint8Array(width * height * 3)
  const writePixel = pixelWriter(header, view, rgb)
  for (let y = 0; y < height; y++) {
    const row = pixels + stride * (bottomUp ? height - 1 - y : y)
    for (let x = 0; x < width; x++) writePixel(row, x, (y * width + x) * 3)
  }
  return { width, height, rgb }
}

function readHeader(name: string, view: DataView, content: Uint8Array): Header {
  const size = view.getUint32(FILE_HEADER, true)
  const old = size === 12
  if (!old && (size < 40 || content.length < FILE_HEADER + size)) throw refused(`${name} is damaged or cut off.`)
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true)
  const bits = view.getUint16(old ? 24 : 28, true)
  const compression = old ? 0 : view.getUint32(30, true)
  const height = Math.abs(signedHeight)
  if (width <= 0 || height === 0) throw refused(`${name} is damaged: its size is ${width} x ${height}.`)
  if (width * height > MAX_PIXELS) throw refused(`${name} has too many pixels (more than 268 million).`)
  const isField = BIT_FIELDS.includes(compression)
  if (![1, 4, 8, 16, 24, 32].includes(bits) || (compression !== 0 && !(isField && (bits === 16 || bits === 32)))) {
    throw refused(`${name} is a compressed bitmap, which is not read; save it as PNG.`)
  }
  // Masks follow the oldest of the long headers, and lie inside the later ones: at the same place.
  const masksAt = FILE_HEADER + 40
  if (isField && content.length < masksAt + 12) throw refused(`${name} is damaged or cut off.`)
  const masks = isField
    ? [0, 4, 8].map((offset) => view.getUint32(masksAt + offset, true))
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f]
      : [0xff0000, 0xff00, 0xff]
  const paletteAt = FILE_HEADER + size
  const pixels = view.getUint32(10, true)
  const palette = content.subarray(paletteAt, Math.max(paletteAt, pixels))
  return { width, height, bottomUp: signedHeight > 0, bits, palette, entryBytes: old ? 3 : 4, masks, pixels }
}

/** A function that writes pixel x of the row that starts at a byte, into `rgb` at an index. */
function pixelWriter({ bits, palette, entryBytes, masks }: Header, view: DataView, rgb: Uint8Array) {
  if (bits <= 8) {
    const perByte = 8 / bits
    const all = (1 << bits) - 1
    return (row: number, x: number, at: number) => {
      const shift = 8 - bits * ((x % perByte) + 1)
      const entry = ((view.getUint8(row + Math.floor(x / perByte)) >> shift) & all) * entryBytes
      // Colours that the palette does not hold are black.
      for (let channel = 0; channel < 3; channel++) rgb[at + channel] = palette[entry + 2 - channel] ?? 0
    }
  }
  if (bits === 24) {
    return (row: number, x: number, at: number) => {
      for (let channel = 0; channel < 3; channel++) rgb[at + channel] = view.getUint8(row + x * 3 + 2 - channel)
    }
  }
  const fields = masks.map((mask) => ({ mask, shift: mask === 0 ? 0 : 31 - Math.clz32(mask & -mask) }))
  return (row: number, x: number, at: number) => {
    const pixel = bits === 16 ? view.getUint16(row + x * 2, true) : view.getUint32(row + x * 4, true)
    fields.forEach(({ mask, shift }, channel) => {
      const maximum = mask >>> shift
      rgb[at + channel] = maximum === 0 ? 0 : Math.round((((pixel & mask) >>> shift) * 255) / maximum)
    })
  }
}

function refused(sentence: string): HeadlightError {
  return new HeadlightError('unreadable-image', sentence)
}
