import type { Preprocessing } from '@shared/api'
import { expect, it } from 'vitest'
import { changedParts, formatFactor, parseChannels, parseFactor, withPart } from './preprocessing-form'

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

it('reads lists and factors as people write them', () => {
  expect(parseChannels('0.485, 0.456 0.406', 3)).toEqual([0.485, 0.456, 0.406])
  expect(parseChannels('0.5', 3)).toEqual([0.5, 0.5, 0.5])
  for (const text of ['', '0.5, 0.5', 'a, b, c']) expect(parseChannels(text, 3)).toBeNull()
  expect(parseChannels('0', 1, 0)).toBeNull()
  expect(parseFactor('1/255')).toBe(1 / 255)
  for (const text of ['', '0', '-1', '1/0', '1/x']) expect(parseFactor(text)).toBeNull()
  expect([formatFactor(1 / 255), formatFactor(1), formatFactor(0.3)]).toEqual(['1/255', '1', '0.3'])
})
