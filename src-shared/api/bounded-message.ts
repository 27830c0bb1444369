/** Checks a MessagePack message without decoding it: a few bytes can declare a million nested lists. */

export interface MessageBounds {
  depth: number
  values: number
}

/** Throws RangeError for a message that is nested deeper, holds more values, or declares more values than it has bytes. */
export function checkMessage(bytes: Uint8Array, { depth, values }: MessageBounds): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** For each open list, the number of values that are still to come. */
  const open: number[] = [1]
  let at = 0
  let seen = 0
  while (open.length > 0) {
    const left = open.at(-1)!
    if (left === 0) {
      open.pop()
      continue
    }
    open[open.length - 1] = left - 1
    seen++
    if (seen > values) throw new RangeError(`A message holds more than ${values} values.`)
    const { end, children } = headOf(view, at)
    at = end
    if (at > bytes.byteLength || children > bytes.byteLength - at) throw new RangeError('A message is cut off.')
    if (children === 0) continue
    if (open.length > depth) throw new RangeError(`A message is nested deeper than ${depth}.`)
    open.push(children)
  }
  if (at !== bytes.byteLength) throw new RangeError('A message goes on after its end.')
}

interface Head {
  /** Where the next value begins: behind this one, or its first child. */
  end: number
  /** Values that belong to it: of a map, keys and values. */
  children: number
}

/** MessagePack's first byte says what follows (github.com/msgpack/msgpack/blob/master/spec.md). */
function headOf(view: DataView, at: number): Head {
  const type = view.getUint8(at)
  const next = at + 1
  const plain = (bytes: number): Head => ({ end: next + bytes, children: 0 })
  const list = (bytes: number, children: number): Head => ({ end: next + bytes, children })
  if (type < 0x80 || type >= 0xe0) return plain(0)
  if (type < 0x90) return list(0, 2 * (type & 0x0f))
  if (type < 0xa0) return list(0, type & 0x0f)
  if (type < 0xc0) return plain(type & 0x1f)
  switch (type) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return plain(0)
    case 0xc4: // bin 8
    case 0xd9: // str 8
      return plain(1 + view.getUint8(next))
    case 0xc5: // bin 16
    case 0xda: // str 16
      return plain(2 + view.getUint16(next))
    case 0xc6: // bin 32
    case 0xdb: // str 32
      return plain(4 + view.getUint32(next))
    case 0xc7: // ext 8
      return plain(2 + view.getUint8(next))
    case 0xc8: // ext 16
      return plain(3 + view.getUint16(next))
    case 0xc9: // ext 32
      return plain(5 + view.getUint32(next))
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return plain(1)
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return plain(2)
    case 0xca: // float 32
    case 0xce: // uint 32
    case 0xd2: // int 32
      return plain(4)
    case 0xcb: // float 64
    case 0xcf: // uint 64
    case 0xd3: // int 64
      return plain(8)
    case 0xd4: // fixext 1
    case 0xd5: // fixext 2
    case 0xd6: // fixext 4
    case 0xd7: // fixext 8
    case 0xd8: // fixext 16
      return plain(1 + 2 ** (type - 0xd4))
    case 0xdc: // array 16
      return list(2, view.getUint16(next))
    case 0xdd: // array 32
      return list(4, view.getUint32(next))
    case 0xde: // map 16
      return list(2, 2 * view.getUint16(next))
    case 0xdf: // map 32
      return list(4, 2 * view.getUint32(next))
    default:
      throw new RangeError('A message holds a byte that MessagePack does not know.')
  }
}
