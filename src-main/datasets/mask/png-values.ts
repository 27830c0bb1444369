/** The numbers that a PNG stores for its pixels, before any palette or colour profile is applied. */
import { crc32 } from 'node:zlib'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const GREY = 0
const PALETTE = 3
const KEPT: ReadonlySet<string> = new Set(['eXIf', 'IDAT', 'IEND'])

export interface PlainPng {
  /** The same picture as a grey PNG without anything else in it but EXIF: a decoder gives its numbers as grey levels. */
  grey: Buffer
  /** Bits of a number: 1, 2, 4, 8 or 16. */
  bits: number
  /** `[entries, 3]` RGB, null without one. */
  palette: Uint8Array | null
}

/**
 * A PNG of indices or of grey levels, rewritten so that any decoder gives its numbers: decoders apply the palette and
 * forget the index, but an index and a grey level of the same width are stored alike (PNG, section 11.2.2), so that the
 * header's colour type is all that has to change. Gamma, profiles and transparency are left out with the other chunks; EXIF,
 * which has the orientation, is kept. Null for what is not a PNG, is damaged before its pixels, or has three channels or an alpha channel.
 */
export function plainPng(content: Uint8Array): PlainPng | null {
  if (!SIGNATURE.every((byte, at) => content[at] === byte)) return null
  const file = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const kept: Buffer[] = [file.subarray(0, SIGNATURE.length)]
  let bits = 0
  let palette: Uint8Array | null = null
  for (let at = SIGNATURE.length; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') {
      const colourType = body[9]
      if (length < 13 || (colourType !== GREY && colourType !== PALETTE)) return null
      // Missing where the file is cut off, which gives null below.
      bits = body[8] ?? 0
      kept.push(greyHeader(body))
    } else if (type === 'PLTE') palette = Uint8Array.from(body)
    else if (KEPT.has(type)) kept.push(file.subarray(at, at + 12 + length))
    at += 12 + length
  }
  return bits === 0 ? null : { grey: Buffer.concat(kept), bits, palette }
}

function greyHeader(body: Buffer): Buffer {
  const chunk = Buffer.alloc(25)
  chunk.writeUInt32BE(13, 0)
  chunk.write('IHDR', 4, 'latin1')
  body.copy(chunk, 8, 0, 13)
  chunk[8 + 9] = GREY
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 21)), 21)
  return chunk
}
