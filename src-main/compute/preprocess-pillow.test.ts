import { expect, test } from 'vitest'
import type { Preprocessing } from '@shared/api'
import golden from './fixtures/pillow-preprocess.json'
import { inputPixels } from './preprocess'

const { edge, crop, cases } = golden

/** The formula of fixtures/pillow-preprocess.py. */
function picture(width: number, height: number) {
  const rgb = new Uint8Array(width * height * 3)
  for (let at = 0; at < rgb.length; at++) {
    const [channel, pixel] = [at % 3, Math.floor(at / 3)]
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    const isNoise = (Math.floor(x / 5) + Math.floor(y / 7)) % 2 === 1
    rgb[at] = isNoise ? Math.imul(x * 73 + y * 151 + channel * 89, 2654435761) >>> 24 : x * 3 + y * 5 + channel * 40
  }
  return { width, height, rgb }
}

test('20 pictures of odd sizes, resized and cropped as Pillow does it: not one level differs', () => {
  expect(new Set(cases.map(({ width, height }) => `${width} x ${height}`)).size).toBe(20)
  for (const { width, height, interpolation, rgb } of cases) {
    const preprocessing: Preprocessing = {
      size: { height: crop, width: crop },
      resize: { mode: 'shortest', height: edge, width: edge, interpolation: interpolation as 'bilinear' | 'bicubic' },
      centerCrop: { height: crop, width: crop },
      ...{ rescale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], channels: 3, source: 'test' },
    }
    const pixels = inputPixels(picture(width, height), preprocessing).rgb
    const expected = Buffer.from(rgb, 'base64')
    const differing = pixels.reduce((count, value, at) => count + Number(value !== expected[at]), 0)
    expect(differing, `${interpolation}, ${width} x ${height}`).toBe(0)
  }
})
