import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { readMaskValues } from './read-mask-values'

const fixtures = join(__dirname, 'fixtures')
const expected = JSON.parse(readFileSync(join(fixtures, 'values.json'), 'utf8')) as Record<
  string,
  { values: Record<string, number>; crc: number }
>

test.each(Object.keys(expected))('%s has the values that Pillow reads', async (name) => {
  const { values, width, height, coloured } = await readMaskValues(join(fixtures, name))
  expect(coloured).toBe(false)
  expect(values.length).toBe(width * height)
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  expect({ values: counts, crc: crc32(new Uint8Array(Int32Array.from(values).buffer)) }).toEqual(expected[name])
})

test('colours stay colours, greys written as colours are levels, JPEG is lossy', async () => {
  const colours = await readMaskValues(join(fixtures, 'voc-colours.png'))
  expect([colours.coloured, colours.values[14 * 40 + 15]!.toString(16)]).toEqual([true, 'c08080'])
  const car = await readMaskValues(join(fixtures, 'voc-car-colours.png'))
  expect([car.coloured, car.values[14 * 40 + 15]]).toEqual([false, 128])
  expect((await readMaskValues(join(fixtures, 'silhouette.jpg'))).lossy).toBe(true)
})
