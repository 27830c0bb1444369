import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Preprocessing } from '@shared/api'
import { resizedSize, seenRegion } from '@shared/input-geometry'
import { VOID } from '../datasets/mask/mask-regions'
import { readMask } from './mask'
import { inputPixels, normalise } from './preprocess'

const preprocessing: Preprocessing = {
  size: { height: 2, width: 2 },
  resize: { mode: 'shortest', height: 4, width: 4, interpolation: 'bilinear' },
  centerCrop: { height: 2, width: 2 },
  rescale: 1 / 255,
  mean: [0.5, 0.25, 0],
  std: [0.5, 0.5, 1],
  channels: 3,
  source: 'test',
}

/** A picture whose red is its column and whose green is its row. */
function ramp(height: number, width: number) {
  const rgb = new Uint8Array(height * width * 3)
  for (let pixel = 0; pixel < height * width; pixel++)
    rgb.set([pixel % width, Math.floor(pixel / width), 255], pixel * 3)
  return { height, width, rgb }
}

test('the shorter edge is resized, the longer one truncated', () => {
  expect(
    resizedSize(
      { height: 300, width: 451 },
      { ...preprocessing, resize: { ...preprocessing.resize, height: 224, width: 224 } },
    ),
  ).toEqual({
    height: 224,
    width: 336,
  })
  expect(resizedSize({ height: 12, width: 5 }, preprocessing)).toEqual({ height: 9, width: 4 })
})

test('the crop is central, and a picture that is too small is padded with black', () => {
  const central = inputPixels(ramp(4, 4), preprocessing)
  expect([...central.rgb]).toEqual([1, 1, 255, 2, 1, 255, 1, 2, 255, 2, 2, 255])
  const padded = inputPixels(ramp(1, 2), {
    ...preprocessing,
    resize: { ...preprocessing.resize, mode: 'exact', height: 1, width: 2 },
    centerCrop: { height: 3, width: 4 },
  })
  expect(padded.rgb.filter((value) => value === 255).length).toBe(2)
  expect([...padded.rgb.subarray(12, 24)]).toEqual([0, 0, 0, 0, 0, 255, 1, 0, 255, 0, 0, 0])
})

test('channels come first, rescaled and normalised; one channel is the luma', () => {
  const values = new Float32Array(6)
  normalise({ height: 1, width: 2, rgb: Uint8Array.from([255, 0, 51, 0, 255, 102]) }, preprocessing, values)
  expect([...values].map((value) => Number(value.toFixed(5)))).toEqual([1, -1, -0.5, 1.5, 0.2, 0.4])
  const grey = new Float32Array(1)
  const one = { ...preprocessing, channels: 1, rescale: 1, mean: [0], std: [1] }
  normalise({ height: 1, width: 1, rgb: Uint8Array.from([255, 0, 0]) }, one, grey)
  expect(grey[0]).toBe(76)
})

test('a mask is cut to what the model sees, whatever its own size', async () => {
  const folder = await mkdtemp(join(os.tmpdir(), 'headlight-mask-'))
  const file = join(folder, 'mask.png')
  // 8 x 8, a mask of 0 and 1, inside in its left half.
  const left = Uint8Array.from({ length: 64 }, (_, pixel) => (pixel % 8 < 4 ? 1 : 0))
  await sharp(left, { raw: { width: 8, height: 8, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(file)
  expect(seenRegion({ height: 16, width: 16 }, preprocessing)).toEqual({
    left: 0.25,
    top: 0.25,
    right: 0.75,
    bottom: 0.75,
  })
  const picture = { height: 16, width: 16, orientation: async () => 1 }
  const mask = (await readMask(file, null, picture, preprocessing)).mask!
  expect([mask.width, mask.height]).toEqual([4, 4])
  expect([...mask.regions.subarray(0, 4)]).toEqual([1, 1, 0, 0])
  // Inside in its first column alone, which the crop cuts off.
  const edge = Uint8Array.from({ length: 64 }, (_, pixel) => (pixel % 8 === 0 ? 1 : 0))
  await sharp(edge, { raw: { width: 8, height: 8, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(file)
  expect((await readMask(file, null, picture, preprocessing)).unmeasured).toMatchObject({ kind: 'out-of-sight' })
  // Nothing inside, one void pixel, drawn before EXIF turned the picture by 90 degrees: it is turned alike.
  const corner = Uint8Array.from({ length: 32 }, (_, pixel) => (pixel === 0 ? 255 : 0))
  await sharp(corner, { raw: { width: 8, height: 4, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(file)
  const reading = { inside: { by: 'value' as const, value: 1 }, void: 255, known: null }
  const whole = { ...preprocessing, centerCrop: null }
  const turned = await readMask(file, reading, { height: 8, width: 4, orientation: async () => 6 }, whole)
  expect(turned.unmeasured).toMatchObject({ kind: 'empty' })
  expect([turned.mask!.width, turned.mask!.regions.indexOf(VOID)]).toEqual([4, 3])
  await rm(folder, { recursive: true })
})
