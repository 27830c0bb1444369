/** Tar archives read in place: ustar, GNU long names, pax. Only headers are read, and the contents that are asked for. */
import { open, type FileHandle } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'

export interface TarEntry {
  name: Uint8Array
  kind: 'file' | 'link' | 'other'
  /** Of the content, in the archive. */
  offset: number
  size: number
}

const BLOCK = 512
/** A few small members lie in one window; of large ones no more than this is read. */
const WINDOW = 4096
/** Longest name or pax header that is taken. */
const MAX_HEADER = 1 << 20

/** The members of one archive. Always `close` it. */
export class TarReader {
  readonly #handle: FileHandle
  readonly #size: number
  readonly #file: string
  #window = new Uint8Array(0)
  #windowAt = 0

  private constructor(file: string, handle: FileHandle, size: number) {
    this.#file = file
    this.#handle = handle
    this.#size = size
  }

  static async open(file: string): Promise<TarReader> {
    const handle = await open(file)
    return new TarReader(file, handle, (await handle.stat()).size)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  /** Every member in order. Throws 'unsupported-dataset' where the archive is damaged or ends too early. */
  async *entries(): AsyncGenerator<TarEntry> {
    let at = 0
    let longName: Uint8Array | null = null
    let pax = new Map<string, Uint8Array>()
    while (at + BLOCK <= this.#size) {
      const header = await this.read(at, BLOCK)
      if (header.every((byte) => byte === 0)) return
      this.#check(header, at)
      const type = String.fromCharCode(header[156]!)
      const paxSize = pax.get('size')
      const size = paxSize ? Number(text(paxSize)) : number(header.subarray(124, 136))
      const offset = at + BLOCK
      if (!Number.isSafeInteger(size) || offset + size > this.#size) {
        throw this.#damaged(`ends in the middle of a member (at byte ${at})`)
      }
      at = offset + Math.ceil(size / BLOCK) * BLOCK
      if (type === 'L') longName = trimNul(await this.#readHeader(offset, size))
      else if (type === 'x') pax = readPax(await this.#readHeader(offset, size))
      else if (type !== 'g' && type !== 'K') {
        const sparse = [...pax.keys()].some((key) => key.startsWith('GNU.sparse'))
        yield {
          name: pax.get('path') ?? longName ?? headerName(header),
          kind: sparse ? 'other' : kindOf(type),
          offset,
          size,
        }
        longName = null
        pax = new Map()
      }
    }
    if (at < this.#size && at > this.#size - BLOCK) throw this.#damaged('is cut off at its end')
  }

  /** Bytes of the archive. A small read fetches a window, so that neighbouring members need no further read. */
  async read(at: number, length: number): Promise<Uint8Array> {
    if (at < this.#windowAt || at + length > this.#windowAt + this.#window.length) {
      const wanted = Math.min(Math.max(length, WINDOW), this.#size - at)
      const buffer = new Uint8Array(wanted)
      let filled = 0
      while (filled < wanted) {
        const { bytesRead } = await this.#handle.read(buffer, filled, wanted - filled, at + filled)
        if (bytesRead === 0) throw this.#damaged('is cut off')
        filled += bytesRead
      }
      this.#window = buffer
      this.#windowAt = at
    }
    return this.#window.subarray(at - this.#windowAt, at - this.#windowAt + length)
  }

  async #readHeader(offset: number, size: number): Promise<Uint8Array> {
    if (size > MAX_HEADER) throw this.#damaged(`has a header of ${size} bytes`)
    return Uint8Array.from(await this.read(offset, size))
  }

  /** The checksum: the sum of all bytes, those of its own field counted as spaces. */
  #check(header: Uint8Array, at: number): void {
    let sum = 0
    for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!
    if (sum !== number(header.subarray(148, 156))) throw this.#damaged(`is damaged or no tar (at byte ${at})`)
  }

  #damaged(what: string): HeadlightError {
    return new HeadlightError('unsupported-dataset', `${this.#file} ${what}.`)
  }
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return 'file'
  return type === '1' || type === '2' ? 'link' : 'other'
}

function headerName(header: Uint8Array): Uint8Array {
  const name = Uint8Array.from(trimNul(header.subarray(0, 100)))
  const isUstar = text(header.subarray(257, 262)) === 'ustar' && header[262] === 0
  const prefix = isUstar ? trimNul(header.subarray(345, 500)) : new Uint8Array(0)
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name])
}

/** Octal text, or in GNU tar a big-endian number with the first bit set. */
function number(field: Uint8Array): number {
  if ((field[0]! & 0x80) !== 0) {
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, field[0]! & 0x7f)
  }
  return parseInt(text(trimNul(field)).trim() || '0', 8)
}

/** Records of "LENGTH KEY=VALUE\n"; the length counts the whole record. */
function readPax(bytes: Uint8Array): Map<string, Uint8Array> {
  const values = new Map<string, Uint8Array>()
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at)
    const length = Number(text(bytes.subarray(at, space)))
    if (space < 0 || !(length > 0)) return values
    const record = bytes.subarray(space + 1, at + length - 1)
    const equals = record.indexOf(61)
    values.set(text(record.subarray(0, equals)), record.subarray(equals + 1))
    at += length
  }
  return values
}

function trimNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
