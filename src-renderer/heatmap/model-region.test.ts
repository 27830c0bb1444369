import type { Preprocessing } from '@shared/api'
import { expect, it } from 'vitest'
import { modelRegion } from './model-region'

const base: Preprocessing = {
  size: { height: 224, width: 224 },
  resize: { mode: 'none', height: 224, width: 224, interpolation: 'bicubic' },
  centerCrop: null,
  rescale: 1 / 255,
  mean: [0.5],
  std: [0.5],
  channels: 3,
  source: 'test',
}
const shortest = { ...base.resize, mode: 'shortest' as const, height: 256, width: 256 }

it('is the whole image without a crop', () => {
  expect(modelRegion(500, 375, { ...base, resize: { ...base.resize, mode: 'exact' } })).toEqual({
    left: 0,
    top: 0,
    width: 1,
    height: 1,
  })
})

it('is the central part after resizing the shorter side and cropping', () => {
  const region = modelRegion(512, 256, { ...base, resize: shortest, centerCrop: { height: 224, width: 224 } })
  expect(region).toEqual({ left: 0.28125, top: 0.0625, width: 0.4375, height: 0.875 })
})

it('reaches beyond an image that is smaller than the crop', () => {
  const region = modelRegion(112, 112, { ...base, centerCrop: { height: 224, width: 224 } })
  expect(region).toEqual({ left: -0.5, top: -0.5, width: 2, height: 2 })
})
