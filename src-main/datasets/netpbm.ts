/** Netpbm pictures (.pbm, .pgm, .ppm, .pnm), which sharp's ready-made build does not read: P1 to P6, 8 and 16 bits. */
import { HeadlightError } from '@shared/errors'
import { roundHalfEven } from '@shared/round-half-even'
import { MAX_PIXELS } from './picture-limits'
import type { RgbPicture } from './bmp'

interface Header {
  /** The digit after P: 1 to 3 are written as text, 4 to 6 as bytes. */
  variant: number
  width: number
  height: number
  /** The value that means white. */
  maxval: number
  /** Where the values begin. */
  start: number
}

const DIGIT = /^[0-9]$/

export function isNetpbm(content: Uint8Array): boolean {
  const [p, variant, blank] = content
  return p === 0x50 && variant !== undefined && variant >= 0x31 && variant <= 0x36 && isBlank(blank)
}

/**
 * Decodes to 8-bit RGB; grey is repeated, other maximal values are scaled to 255 and rounded half to even, as Pillow does it.
 * Throws 'unreadable-image' with a sentence that names it.
 */
export function decodeNetpbm(name: string, content: Uint8Array): RgbPicture {
  const header = readHeader(name, content)
  const { variant, width, height, maxval } = header
  const channels = variant === 3 || variant === 6 ? 3 : 1
  const count = width * height * channels
  const values = variant <= 3 ? textValues(name, content, header, count) : byteValues(name, content, header, count)
  // A bitmap's 1 is black.
  const isBitmap = variant === 1 || variant === 4
  const level = (value: number) => (isBitmap ? 255 - 255 * value : roundHalfEven((value / maxval) * 255))
  const levels = Uint8Array.from({ length: maxval + 1 }, (_, value) => level(value))
  const rgb = new Uint8Array(width * height * 3)
  for (let at = 0; at < rgb.length; at++) {
    rgb[at] = levels[Math.min(maxval, values[channels === 3 ? at : Math.floor(at / 3)]!)]!
  }
  return { width, height, rgb }
}

/**
 * The numbers of a grey picture, `[height, width]`, as they are stored, whatever number means white; null for a bitmap and
 * for colours. Throws as `decodeNetpbm` does.
 */
export function netpbmGreys(
  name: string,
  content: Uint8Array,
): { width: number; height: number; values: Uint8Array | Uint16Array } | null {
  const header = readHeader(name, content)
  const { variant, width, height } = header
  if (variant !== 2 && variant !== 5) return null
  const read = variant === 2 ? textValues : byteValues
  return { width, height, values: read(name, content, header, width * height) }
}

/** True for grey of more than 8 bits. */
export function isDeepNetpbmGrey(name: string, content: Uint8Array): boolean {
  if (!isNetpbm(content)) return false
  const { variant, maxval } = readHeader(name, content)
  return (variant === 2 || variant === 5) && maxval > 255
}

function readHeader(name: string, content: Uint8Array): Header {
  const variant = content[1]! - 0x30
  const numbers: number[] = []
  let at = 2
  while (numbers.length < (variant === 1 || variant === 4 ? 2 : 3)) {
    at = afterBlanks(content, at)
    let digits = ''
    while (at < content.length && DIGIT.test(String.fromCharCode(content[at]!)) && digits.length < 10)
      digits += String.fromCharCode(content[at++]!)
    if (digits === '') throw unreadable(`${name} is not a Netpbm picture: its header does not give its size.`)
    numbers.push(Number(digits))
  }
  const [width = 0, height = 0, maxval = 1] = numbers
  if (width === 0 || height === 0) throw unreadable(`${name} is damaged: its size is ${width} x ${height}.`)
  if (width * height > MAX_PIXELS) throw unreadable(`${name} has too many pixels (more than 268 million).`)
  if (maxval < 1 || maxval > 65535) throw unreadable(`${name} cannot be read: its largest value is ${maxval}.`)
  // One blank ends the header.
  return { variant, width, height, maxval, start: at + 1 }
}

function byteValues(
  name: string,
  content: Uint8Array,
  { variant, width, height, maxval, start }: Header,
  count: number,
) {
  if (variant === 4) return bits(name, content, { width, height, start })
  const wide = maxval > 255
  if (content.length - start < count * (wide ? 2 : 1)) throw cutOff(name)
  if (!wide) return content.subarray(start, start + count)
  const view = new DataView(content.buffer, content.byteOffset + start)
  return Uint16Array.from({ length: count }, (_, index) => view.getUint16(index * 2))
}

function bits(name: string, content: Uint8Array, { width, height, start }: Pick<Header, 'width' | 'height' | 'start'>) {
  const stride = Math.ceil(width / 8)
  if (content.length - start < stride * height) throw cutOff(name)
  return Uint8Array.from({ length: width * height }, (_, pixel) => {
    const column = pixel % width
    const byte = content[start + Math.floor(pixel / width) * stride + (column >> 3)]!
    return (byte >> (7 - (column & 7))) & 1
  })
}

function textValues(name: string, content: Uint8Array, { variant, start, maxval }: Header, count: number): Uint16Array {
  // Every value takes a byte at least.
  if (content.length - start < count) throw cutOff(name)
  const values = new Uint16Array(count)
  let at = start
  for (let index = 0; index < count; index++) {
    at = afterBlanks(content, at)
    if (at >= content.length) throw cutOff(name)
    let value = 0
    const first = at
    // Digits of a bitmap need no blanks between them.
    for (; at < content.length && (variant !== 1 || at === first) && value <= maxval; at++) {
      const digit = content[at]! - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === first || value > maxval)
      throw unreadable(`${name} is damaged: value ${index + 1} is not a number up to ${maxval}.`)
    values[index] = value
  }
  return values
}

/** After blanks, and comments to the end of their line. */
function afterBlanks(content: Uint8Array, from: number): number {
  let at = from
  for (; at < content.length; at++) {
    if (content[at] === 0x23) while (at < content.length && content[at] !== 0x0a && content[at] !== 0x0d) at++
    else if (!isBlank(content[at])) break
  }
  return at
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d) || byte === 0x23
}

function cutOff(name: string): HeadlightError {
  return unreadable(`${name} is cut off: it has fewer values than its header says.`)
}

function unreadable(sentence: string): HeadlightError {
  return new HeadlightError('unreadable-image', sentence)
}
