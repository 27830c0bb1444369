import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { Preprocessing } from '@shared/api'
import { decode, readImageFile } from './decode'
import { decodeSample } from './decode-sample'
import { inputPixels } from './preprocess'
import { levelsOf, previewInput } from './preview-input'

const file = resolve('models/demo/images/Bag', '00018.jpg')
const preprocessing: Preprocessing = {
  size: { height: 24, width: 40 },
  resize: { mode: 'shortest', height: 48, width: 48, interpolation: 'bicubic' },
  centerCrop: { height: 24, width: 40 },
  rescale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channels: 3,
  source: 'test',
}

test('the preview is the tensor, level by level', async () => {
  const { input, error } = await previewInput({ path: 'bag', file }, preprocessing, decodeSample)
  expect(error).toBeNull()
  const pixels = inputPixels(await decode(await readImageFile(file)), preprocessing)
  expect([input?.width, input?.height]).toEqual([40, 24])
  expect(Buffer.from(input!.rgb).equals(Buffer.from(pixels.rgb))).toBe(true)
  expect(input!.seen.left).toBeCloseTo(4 / 48, 6)
  const { values } = await decodeSample({ id: 0, file, mask: null, target: -1 }, preprocessing)
  expect(input!.range[2]).toEqual([Math.min(...values.subarray(1920)), Math.max(...values.subarray(1920))])
})

test('every level survives normalisation and back, also of one channel', () => {
  const levels = Float32Array.from({ length: 256 }, (_, level) => Math.fround((Math.fround(level / 255) - 0.45) / 0.25))
  const grey = { ...preprocessing, channels: 1, mean: [0.45], std: [0.25] }
  expect([...levelsOf(levels, grey)].filter((_, at) => at % 3 === 2)).toEqual([...Array(256).keys()])
})

test('what does not fit the model is an error of its sample, and so is a missing file', async () => {
  const open = { ...preprocessing, centerCrop: null, resize: { ...preprocessing.resize, height: 24, width: 24 } }
  expect(await previewInput({ path: 'bag', file }, open, decodeSample)).toMatchObject({
    input: null,
    error: expect.stringMatching(/becomes 24 x 24 pixels, and the model takes 40 x 24; crop it/),
  })
  expect((await previewInput({ path: 'x', file: '/nowhere.png' }, open, decodeSample)).error).toMatch(/missing/)
})
