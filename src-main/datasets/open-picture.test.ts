import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openPicture } from './open-picture'

interface Bmp {
  width: number
  height: number
  bits: number
  compression?: number
  palette?: number[]
  /** Rows as they lie in the file, padded. */
  rows: number[]
}

/** A bitmap with the 40-byte header; a negative height is top-down. */
function bmp({ width, height, bits, compression = 0, palette = [], rows }: Bmp): Buffer {
  const pixels = 54 + palette.length
  const file = Buffer.alloc(pixels)
  file.write('BM')
  file.writeUInt32LE(pixels + rows.length, 2)
  file.writeUInt32LE(pixels, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(bits, 28)
  file.writeUInt32LE(compression, 30)
  Buffer.from(palette).copy(file, 54)
  return Buffer.concat([file, Buffer.from(rows)])
}

async function pixels(content: Buffer): Promise<number[]> {
  return [...(await openPicture('x.bmp', content).removeAlpha().raw().toBuffer())]
}

const RED = [255, 0, 0]
const BLUE = [0, 0, 255]

test.each<[string, Bmp, number[]]>([
  [
    '24 bits, bottom row first',
    { width: 1, height: 2, bits: 24, rows: [255, 0, 0, 0, 0, 0, 255, 0] },
    [...RED, ...BLUE],
  ],
  ['24 bits, top-down', { width: 1, height: -2, bits: 24, rows: [255, 0, 0, 0, 0, 0, 255, 0] }, [...BLUE, ...RED]],
  ['32 bits', { width: 2, height: 1, bits: 32, rows: [0, 0, 255, 9, 255, 0, 0, 9] }, [...RED, ...BLUE]],
  [
    '8 bits with a palette',
    { width: 2, height: 1, bits: 8, palette: [0, 0, 255, 0, 255, 0, 0, 0], rows: [0, 1, 0, 0] },
    [...RED, ...BLUE],
  ],
  [
    '4 bits with a palette',
    { width: 3, height: 1, bits: 4, palette: [0, 0, 255, 0, 255, 0, 0, 0], rows: [0x01, 0x10, 0, 0] },
    [...RED, ...BLUE, ...BLUE],
  ],
  [
    '1 bit',
    { width: 3, height: 1, bits: 1, palette: [0, 0, 255, 0, 255, 0, 0, 0], rows: [0b01000000, 0, 0, 0] },
    [...RED, ...BLUE, ...RED],
  ],
  ['16 bits', { width: 2, height: 1, bits: 16, rows: [0x00, 0x7c, 0x1f, 0x00] }, [...RED, ...BLUE]],
  [
    '16 bits with bit fields',
    {
      ...{ width: 2, height: 1, bits: 16, compression: 3 },
      palette: [0x00, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0],
      rows: [0x00, 0xf8, 0x1f, 0x00],
    },
    [...RED, ...BLUE],
  ],
])('a bitmap of %s', async (_name, file, expected) => {
  expect(await pixels(bmp(file))).toEqual(expected)
})

test('bitmaps that are cut off, compressed or too large are refused by name', () => {
  const whole = bmp({ width: 1, height: 2, bits: 24, rows: [255, 0, 0, 0, 0, 0, 255, 0] })
  const refused = (content: Buffer) => () => openPicture('x.bmp', content)
  expect(refused(whole.subarray(0, -1))).toThrow('x.bmp is damaged or cut off.')
  expect(refused(whole.subarray(0, 30))).toThrow('x.bmp is damaged or cut off.')
  expect(refused(bmp({ width: 1, height: 1, bits: 8, compression: 1, rows: [] }))).toThrow('save it as PNG')
  expect(refused(bmp({ width: 60_000, height: 60_000, bits: 24, rows: [] }))).toThrow('too many pixels')
  expect(refused(bmp({ width: 20_000, height: 12_000, bits: 24, rows: [] }))).toThrow('cut off')
})

/** A PNG of a few kilobytes that claims a huge size. */
function pngBomb(side: number): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), content])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(content.length)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const rows = deflateSync(Buffer.alloc(1 << 20))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

test('a picture of too many pixels is refused before it is decoded', async () => {
  await expect(openPicture('bomb.png', pngBomb(100_000)).raw().toBuffer()).rejects.toThrow(/pixel limit/)
  const wide = await sharp({ create: { width: 16_000, height: 1, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  expect((await openPicture('wide.png', wide).metadata()).width).toBe(16_000)
})

test('drawings and empty files are not images', () => {
  const svg = '\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
  expect(() => openPicture('x.png', Buffer.from(svg))).toThrow('x.png is not an image that can be read.')
  expect(() => openPicture('x.png', new Uint8Array())).toThrow('x.png is empty (0 bytes).')
})

test('of an animation the first frame is taken', async () => {
  const frames = await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), {
    raw: { width: 1, height: 2, channels: 3, pageHeight: 1 },
  })
    .gif()
    .toBuffer()
  expect((await sharp(frames, { animated: true }).metadata()).pages).toBe(2)
  const { data, info } = await openPicture('x.gif', frames).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, ...data]).toEqual([1, 1, ...RED])
})

test('HEIC is refused as what it is, whatever the file is called; AVIF, in the same container, is read', async () => {
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmif1\0\0\0\0mif1heic'), Buffer.alloc(900)])
  expect(() => openPicture('a.jpg', heic)).toThrow('a.jpg is HEIC, which is not read: save as JPEG or PNG.')
  const avif = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .avif()
    .toBuffer()
  expect(await openPicture('b.avif', avif).metadata()).toMatchObject({ width: 8 })
})
