import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import sharp from 'sharp'
import { maskValues, readMaskValues } from './read-mask-values'

const fixtures = join(__dirname, 'fixtures')
const expected = JSON.parse(readFileSync(join(fixtures, 'values.json'), 'utf8')) as Record<
  string,
  { values: Record<string, number>; crc: number }
>

test.each(Object.keys(expected))('%s has the values that Pillow reads', async (name) => {
  const { values, width, height, coloured } = await readMaskValues(join(fixtures, name))
  expect(coloured).toBe(false)
  expect(values.length).toBe(width * height)
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  expect({ values: Object.fromEntries(counts), crc: crc32(new Uint8Array(Int32Array.from(values).buffer)) }).toEqual(
    expected[name],
  )
})

test('colours stay colours, greys written as colours are levels, JPEG is lossy', async () => {
  const colours = await readMaskValues(join(fixtures, 'voc-colours.png'))
  expect([colours.coloured, colours.values[14 * 40 + 15]!.toString(16)]).toEqual([true, 'c08080'])
  const car = await readMaskValues(join(fixtures, 'voc-car-colours.png'))
  expect([car.coloured, car.values[14 * 40 + 15]]).toEqual([false, 128])
  expect((await readMaskValues(join(fixtures, 'silhouette.jpg'))).lossy).toBe(true)
})

test('greys of Netpbm are their numbers, whatever number means white', async () => {
  const text = await maskValues('text.pgm', Buffer.from('P2 4 1 20 0 1 2 20'))
  expect([...text.values]).toEqual([0, 1, 2, 20])
  const wide = Buffer.concat([Buffer.from('P5 3 1 65535\n'), Buffer.from([0, 1, 1, 44, 255, 255])])
  expect([...(await maskValues('wide.pgm', wide)).values]).toEqual([1, 300, 65535])
})

test('one colour that transparency cuts out is read by its transparency, other transparency is dropped', async () => {
  const png = (...rgba: number[]) =>
    sharp(Uint8Array.from(rgba), { raw: { width: rgba.length / 4, height: 1, channels: 4 } })
      .png()
      .toBuffer()
  const white = [255, 255, 255]
  const cutOut = await maskValues('cut-out.png', await png(...white, 0, ...white, 255, ...white, 128))
  expect([[...cutOut.values], cutOut.fromAlpha]).toEqual([[0, 255, 128], true])
  const coloured = await maskValues('coloured.png', await png(0, 0, 0, 0, ...white, 255, ...white, 128))
  expect([[...coloured.values], coloured.fromAlpha]).toEqual([[0, 255, 255], undefined])
  const opaque = await maskValues('full.png', await png(...white, 255, ...white, 255))
  expect([...opaque.values]).toEqual([255, 255])
})
