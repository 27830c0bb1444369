import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join, resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decode, orientationOf, readImageFile } from './decode'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(os.tmpdir(), 'headlight-decode-'))
})
afterAll(() => rm(folder, { recursive: true }))

const jpeg = resolve('models/demo/images/Ankle_boot/00000.jpg')

async function written(name: string, content: Uint8Array) {
  const file = join(folder, name)
  await writeFile(file, content)
  return readImageFile(file)
}

/** A picture of one colour, two pixels wide and one high, with a second colour on the right. */
function twoPixels(left: number[], right: number[], channels: 1 | 2 | 3 | 4) {
  return sharp(Uint8Array.from([...left, ...right]), { raw: { width: 2, height: 1, channels } })
}

test('RGB, greyscale, alpha and 16 bits all become 8-bit RGB', async () => {
  const cases: { name: string; picture: Sharp; expected: number[]; palette?: boolean }[] = [
    { name: 'rgb', picture: twoPixels([1, 2, 3], [4, 5, 6], 3), expected: [1, 2, 3, 4, 5, 6] },
    { name: 'grey', picture: twoPixels([7], [9], 1).toColourspace('b-w'), expected: [7, 7, 7, 9, 9, 9] },
    { name: 'greyAlpha', picture: twoPixels([7, 0], [9, 255], 2).toColourspace('b-w'), expected: [7, 7, 7, 9, 9, 9] },
    { name: 'alpha', picture: twoPixels([1, 2, 3, 0], [4, 5, 6, 128], 4), expected: [1, 2, 3, 4, 5, 6] },
    { name: 'deep', picture: twoPixels([1, 2, 3], [4, 5, 6], 3).toColourspace('rgb16'), expected: [1, 2, 3, 4, 5, 6] },
    { name: 'deepGrey', picture: twoPixels([7], [9], 1).toColourspace('grey16'), expected: [7, 7, 7, 9, 9, 9] },
    {
      name: 'palette',
      picture: twoPixels([255, 0, 0], [0, 0, 255], 3),
      expected: [255, 0, 0, 0, 0, 255],
      palette: true,
    },
  ]
  for (const { name, picture, expected, palette } of cases) {
    const options = palette ? { palette } : {}
    const decoded = await decode(await written(`${name}.png`, await picture.png(options).toBuffer()))
    expect({ name, ...decoded, rgb: [...decoded.rgb] }).toMatchObject({ name, width: 2, height: 1, rgb: expected })
  }
})

test('CMYK becomes RGB', async () => {
  const cmyk = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } })
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer()
  expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
  const { rgb, width, height } = await decode(await written('cmyk.jpg', cmyk))
  expect([width, height, rgb.length]).toEqual([8, 8, 192])
  expect(rgb[0]).toBeGreaterThan(180)
  expect(rgb[2]).toBeLessThan(80)
})

test('EXIF orientation is applied', async () => {
  const tagged = await twoPixels([0, 0, 0], [255, 255, 255], 3).withMetadata({ orientation: 6 }).png().toBuffer()
  const picture = await decode(await written('turned.png', tagged))
  expect(picture).toMatchObject({ width: 1, height: 2 })
  expect([picture.rgb[0], picture.rgb[3]]).toEqual([0, 255])
})

test('empty, cut off, renamed and missing files are refused in plain words', async () => {
  const content = await readFile(jpeg)
  const refused = async (name: string, bytes: Uint8Array) =>
    decode(await written(name, bytes)).then(
      () => 'decoded',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    )
  expect(await refused('a.jpg', new Uint8Array())).toBe('unreadable-image: a.jpg is empty (0 bytes).')
  expect(await refused('b.jpg', content.subarray(0, 900))).toBe('unreadable-image: b.jpg is damaged or cut off.')
  expect(await refused('c.jpg', Buffer.from('hello there, this is text'))).toMatch(
    /^unreadable-image: c.jpg is not an image/,
  )
  await expect(readImageFile(join(folder, 'none.jpg'))).rejects.toMatchObject({ code: 'not-found' })
  const png = await sharp(content).png().toBuffer()
  expect(await refused('d.png', png.subarray(0, png.length / 2))).toBe('unreadable-image: d.png is damaged or cut off.')
})

test('the hash is of the bytes, and a picture without an orientation is upright', async () => {
  const mask = await readImageFile(resolve('models/demo/masks/Trouser/00792.png'))
  expect(mask.hash).toMatch(/^[0-9a-f]{64}$/)
  expect(await orientationOf(mask)).toBe(1)
})
