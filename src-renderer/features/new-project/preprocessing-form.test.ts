import type { Preprocessing } from '@shared/api'
import { expect, it } from 'vitest'
import { changedParts } from '@shared/preprocessing-changes'
import {
  fittingPreprocessing,
  formatFactor,
  parseChannels,
  parseFactor,
  withLibrary,
  withPart,
} from './preprocessing-form'

const found: Preprocessing = {
  size: { height: 224, width: 224 },
  resize: { mode: 'shortest', height: 256, width: 256, interpolation: 'bicubic' },
  centerCrop: { height: 224, width: 224 },
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  channels: 3,
  source: 'preprocessor_config.json',
}

it('the size that comes out follows the crop, else the exact resize', () => {
  expect(withPart(found, { centerCrop: { height: 192, width: 256 } }).size).toEqual({ height: 192, width: 256 })
  const exact = withPart(found, { centerCrop: null, resize: { ...found.resize, mode: 'exact' } })
  expect(exact).toMatchObject({ size: { height: 256, width: 256 }, source: 'changed here' })
})

it('knows which parts were changed, and that a change back is none', () => {
  const changed = withPart(found, { mean: [0.4, 0.4, 0.4], resize: { ...found.resize, interpolation: 'bilinear' } })
  expect([...changedParts(found, changed)]).toEqual(['interpolation', 'mean'])
  expect(changedParts(found, withPart(changed, { mean: found.mean, resize: found.resize })).size).toBe(0)
})

it('the library that resizes is changed by itself, and gives way to a filter that it has not', () => {
  const torch = withLibrary(found, 'torchvision')
  expect(torch.rules).toMatchObject({ resample: 'torch', pad: 'after' })
  expect([...changedParts(found, torch)]).toEqual(['resize'])
  const hamming = withPart(torch, { resize: { ...torch.resize, interpolation: 'hamming' } })
  expect(hamming.rules?.resample).toBeUndefined()
  expect(withPart(torch, { rescale: 1 }).rules?.resample).toBe('torch')
})

it('reads lists and factors as people write them', () => {
  expect(parseChannels('0.485, 0.456 0.406', 3)).toEqual([0.485, 0.456, 0.406])
  expect(parseChannels('0.5', 3)).toEqual([0.5, 0.5, 0.5])
  for (const text of ['', '0.5, 0.5', 'a, b, c']) expect(parseChannels(text, 3)).toBeNull()
  expect(parseChannels('0', 1, 0)).toBeNull()
  expect(parseFactor('1/255')).toBe(1 / 255)
  for (const text of ['', '0', '-1', '1/0', '1/x']) expect(parseFactor(text)).toBeNull()
  expect([formatFactor(1 / 255), formatFactor(1), formatFactor(0.3)]).toEqual(['1/255', '1', '0.3'])
})

it('a preprocessing for pictures of any shape keeps everything but resize and crop', () => {
  const none: Preprocessing = { ...found, resize: { ...found.resize, mode: 'none' }, centerCrop: null }
  const fitting = fittingPreprocessing({ ...none, size: { height: 112, width: 112 } }, { height: 112, width: 112 })
  expect(fitting).toMatchObject({
    resize: { mode: 'shortest', height: 128, width: 128, interpolation: 'bicubic' },
    centerCrop: { height: 112, width: 112 },
    size: { height: 112, width: 112 },
  })
  expect(changedParts(none, fitting)).toEqual(new Set(['resize', 'crop']))
})

it('a size that nothing is resized to is not a change', () => {
  const none: Preprocessing = { ...found, resize: { ...found.resize, mode: 'none' } }
  const other: Preprocessing = { ...none, resize: { ...none.resize, height: 1, width: 1 } }
  expect(changedParts(none, other).size).toBe(0)
})
