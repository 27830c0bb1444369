/** Colours of a TIFF's first picture, from its tags. */

const PHOTOMETRIC = 262
const COMPRESSION = 259
const BITS = 258
const COLOUR_MAP = 320
const GREY = 1
const PALETTE = 3
const YCBCR = 6
/** Of JPEG, old and new; its decoder converts the colours. */
const JPEG = [6, 7]

/**
 * YCbCr that is not JPEG-compressed: decoders give its luma and colour differences as if they were red, green and blue. False for
 * what is not a TIFF or ends too early. Never throws.
 */
export function isPlainYcbcrTiff(content: Uint8Array): boolean {
  const tags = tagsOf(content)
  return tags?.get(PHOTOMETRIC)?.value === YCBCR && !JPEG.includes(tags.get(COMPRESSION)?.value ?? 1)
}

export interface IndexTiff {
  /** The same picture as a grey one: a decoder gives its indices as grey levels. */
  grey: Uint8Array
  /** `[entries, 3]` RGB. */
  palette: Uint8Array
}

/**
 * A TIFF of 8-bit indices, rewritten so that any decoder gives them: decoders apply the palette and forget the index, but only
 * one tag says that numbers are indices and not levels. Null for what is none. Never throws.
 */
export function indexTiff(content: Uint8Array): IndexTiff | null {
  const tags = tagsOf(content)
  const [kind, bits, colours] = [PHOTOMETRIC, BITS, COLOUR_MAP].map((tag) => tags?.get(tag))
  if (!tags || kind?.value !== PALETTE || bits?.value !== 8 || !colours) return null
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const start = view.getUint32(colours.at, tags.little)
  const entries = colours.count / 3
  if (tags.big || entries !== 256 || start + colours.count * 2 > content.length) return null
  // All reds, then greens, then blues, of 16 bits each.
  const palette = Uint8Array.from({ length: colours.count }, (_, at) => {
    return view.getUint16(start + ((at % 3) * entries + Math.floor(at / 3)) * 2, tags.little) >> 8
  })
  const grey = content.slice()
  new DataView(grey.buffer).setUint16(kind.at, GREY, tags.little)
  return { grey, palette }
}

interface Tag {
  count: number
  /** As a short number in the entry itself. */
  value: number
  /** Where the value, or its place, stands. */
  at: number
}

class Tags extends Map<number, Tag> {
  constructor(
    readonly little: boolean,
    readonly big: boolean,
  ) {
    super()
  }
}

function tagsOf(content: Uint8Array): Tags | null {
  const order = String.fromCharCode(...content.subarray(0, 2))
  if (content.length < 16 || (order !== 'II' && order !== 'MM')) return null
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const little = order === 'II'
  const big = view.getUint16(2, little) === 43
  if (!big && view.getUint16(2, little) !== 42) return null
  const long = (at: number) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little))
  const directory = long(big ? 8 : 4)
  if (directory + 8 > content.length) return null
  const [first, size] = big ? [directory + 8, 20] : [directory + 2, 12]
  const entries = big ? long(directory) : view.getUint16(directory, little)
  const tags = new Tags(little, big)
  for (let entry = 0, at = first; entry < entries && at + size <= content.length; entry++, at += size) {
    const place = at + size - (big ? 8 : 4)
    tags.set(view.getUint16(at, little), { count: long(at + 4), value: view.getUint16(place, little), at: place })
  }
  return tags
}
