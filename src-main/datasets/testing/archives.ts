/** Writers of small archives, independent of what reads them. For tests. */
import { crc32, deflateRawSync } from 'node:zlib'
import sharp from 'sharp'

export interface TarMember {
  name: string | Uint8Array
  content?: Uint8Array | string
  /** '0' a file, '2' a link, 'x' a pax header, 'L' a GNU long name. */
  type?: string
  prefix?: string
}

/** A ustar archive. */
export function tarOf(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap(({ name, content = '', type = '0', prefix = '' }) => {
    const body = Buffer.from(content as string)
    const header = Buffer.alloc(512)
    Buffer.from(name as string).copy(header, 0, 0, 100)
    header.write(`${(0o644).toString(8).padStart(7, '0')}\0`, 100)
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(type, 156)
    header.write('ustar\x0000', 257)
    header.write(prefix, 345)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** A pax record, with its own length in front. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (String(length).length + rest !== length) length = String(length).length + rest
  return `${length} ${key}=${value}\n`
}

export interface ZipWritten {
  name: string | Uint8Array
  content: Uint8Array
  stored?: boolean
  link?: boolean
  encrypted?: boolean
  /** A size for the directory that is not the true one. */
  claimed?: number
}

export function zipOf(members: readonly ZipWritten[]): Buffer {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, content, stored = false, link = false, encrypted = false, claimed } of members) {
    const bytes = Buffer.from(name as string)
    const packed = stored ? Buffer.from(content) : deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2)
    common.writeUInt16LE(stored ? 0 : 8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claimed ?? content.length, 18)
    common.writeUInt16LE(bytes.length, 22)
    local.push(Buffer.from('PK\x03\x04', 'latin1'), common, bytes, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((link ? 0o120777 : 0o100644) << 16) >>> 0, 6)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, bytes)
    at += 30 + bytes.length + packed.length
  }
  const size = directory.reduce((total, { length }) => total + length, 0)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, ...directory, end])
}

/** IDX files of the MNIST family: pixels `[count, height, width]`, or class numbers. */
export function idxImages(count: number, height: number, width: number, pixels: Uint8Array): Buffer {
  const header = Buffer.alloc(16)
  ;[0x803, count, height, width].forEach((value, index) => header.writeInt32BE(value, index * 4))
  return Buffer.concat([header, pixels])
}

export function idxLabels(labels: readonly number[]): Buffer {
  const header = Buffer.alloc(8)
  ;[0x801, labels.length].forEach((value, index) => header.writeInt32BE(value, index * 4))
  return Buffer.concat([header, Buffer.from(labels)])
}

/** A PNG of one colour, 4 x 3. */
export function png(colour: string): Promise<Buffer> {
  return sharp({ create: { width: 4, height: 3, channels: 3, background: colour } })
    .png()
    .toBuffer()
}
