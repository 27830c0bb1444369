import { inflateSync } from 'node:zlib'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decode, DROPPED_ALPHA, readImageFile, SCALED_GREY } from './decode'
import golden from './fixtures/pillow-decode.json'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(os.tmpdir(), 'headlight-pillow-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function decoded({ name, file }: { name: string; file: string }) {
  const written = join(folder, name)
  await writeFile(written, Buffer.from(file, 'base64'))
  return decode(await readImageFile(written))
}

/** 16-bit grey, which Pillow clips and we scale. */
const isDeepGrey = ({ mode }: { mode: string }) => mode.startsWith('I;16') || mode === 'I'
/** libvips reads neither LAB nor YCbCr, and libavif's conversion to RGB rounds in another way. */
const OTHERWISE = ['tiff-lab.tif', 'tiff-ycbcr.tif', 'avif.avif', 'tiff-int32.tif']
const same = golden.cases.filter((picture) => !isDeepGrey(picture) && !OTHERWISE.includes(picture.name))

test('there are pictures of every kind', () => {
  expect(same.length).toBeGreaterThan(45)
  expect(new Set(same.map(({ mode }) => mode))).toEqual(new Set(['RGB', 'RGBA', 'L', 'LA', 'P', '1', 'CMYK', 'F']))
})

test.each(same)('$name ($mode) is what Pillow makes of it, level by level', async (picture) => {
  const { width, height, rgb, notes } = await decoded(picture)
  expect([width, height]).toEqual([picture.width, picture.height])
  const expected = inflateSync(Buffer.from(picture.rgb, 'base64'))
  const maximum = rgb.reduce((largest, value, at) => Math.max(largest, Math.abs(value - expected[at]!)), 0)
  expect(maximum).toBe(0)
  expect(notes?.filter((note) => note !== DROPPED_ALPHA) ?? []).toEqual([])
})

test('dropped transparency is noted, of grey, colours and palettes', async () => {
  const noted = []
  for (const picture of same) if ((await decoded(picture)).notes?.includes(DROPPED_ALPHA)) noted.push(picture.name)
  expect(noted).toEqual([
    ...[
      'png-rgba.png',
      'png-la.png',
      'png-palette-trns.png',
      'png-rgb-trns.png',
      'png-grey-trns.png',
      'png-rgba16.png',
    ],
    ...['png-la16.png', 'gif-transparent.gif', 'gif-animated.gif', 'webp-lossless.webp', 'tiff-rgba.tif'],
  ])
})

test('16-bit grey is scaled, where Pillow clips, and that is noted', async () => {
  const deep = golden.cases.filter((picture) => isDeepGrey(picture) && !OTHERWISE.includes(picture.name))
  expect(deep.map(({ name }) => name)).toEqual(['png-grey16.png', 'tiff-grey16.tif', 'netpbm-p5-16.pgm'])
  for (const picture of deep) {
    const { rgb, notes } = await decoded(picture)
    expect(notes, picture.name).toEqual([SCALED_GREY])
    // Grey of 15 * x + 9 * y.
    expect([...rgb.subarray(0, 9)], picture.name).toEqual([0, 0, 0, 15, 15, 15, 30, 30, 30])
  }
})

test('a picture that the library cannot read is not called damaged; its reason is told', async () => {
  const lab = golden.cases.find(({ name }) => name === 'tiff-lab.tif')!
  await expect(decoded(lab)).rejects.toThrow(/^tiff-lab.tif could not be read: .*lab/)
})

test('TIFF in YCbCr without JPEG, whose colours the library does not convert, is refused by name', async () => {
  const ycbcr = golden.cases.find(({ name }) => name === 'tiff-ycbcr.tif')!
  await expect(decoded(ycbcr)).rejects.toThrow(/^tiff-ycbcr.tif is a TIFF in YCbCr without JPEG/)
})
