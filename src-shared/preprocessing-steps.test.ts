import { expect, test } from 'vitest'
import type { Preprocessing } from './api'
import { OVER_PILLOW, preprocessingSteps, stepInWords } from './preprocessing-steps'

const timm: Preprocessing = {
  size: { height: 224, width: 224 },
  resize: { mode: 'shortest', height: 235, width: 235, interpolation: 'bicubic' },
  centerCrop: { height: 224, width: 224 },
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
  channels: 3,
  rules: { of: 'timm', passes: 'height-first', crop: 'half-even', pad: 'after' },
  source: 'config.json',
}
const origins = {
  ...{ resize: 'config.json', crop: 'config.json', interpolation: "timm's default: bicubic" },
  ...{ rescale: "timm's default: 1/255", mean: 'config.json', std: "timm's default: ImageNet's" },
}

test('steps in their order, each with its values and the file that said them; defaults within a step are named', () => {
  const steps = preprocessingSteps(timm, origins)
  expect(steps.map((step) => [step.do, step.from, step.defaults])).toEqual([
    ['decode', 'default', undefined],
    ['resize', 'config.json', ['interpolation']],
    ['center_crop', 'config.json', undefined],
    ['rescale', 'default', undefined],
    ['normalize', 'config.json', ['std']],
  ])
  expect(steps[1]?.with).toMatchObject({ shortest_edge: 235, interpolation: 'bicubic', as: 'Pillow 13' })
  expect(steps[2]?.with).toMatchObject({ height: 224, offset: 'rounded half to even', as: 'timm' })
  expect(stepInWords(steps[3]!)).toBe('rescale: factor 1/255')
})

test('DINOv3 rescales first, MobileViT turns the colours and normalises nothing, what was changed by hand was asked', () => {
  const dino = { ...timm, rules: { of: 'DINOv3', resample: 'torch-float' as const }, centerCrop: null }
  expect(preprocessingSteps(dino).map((step) => step.do)).toEqual(['decode', 'rescale', 'resize', 'normalize'])
  const mobile = { ...timm, mean: [0, 0, 0], std: [1, 1, 1], channelOrder: 'bgr' as const, source: 'changed here' }
  expect(preprocessingSteps(mobile).at(-1)).toEqual({ do: 'flip_channel_order', with: { to: 'BGR' }, from: 'asked' })
})

test('that Pillow resizes is said to be assumed where a configuration of transformers does not show its backend', () => {
  const [, resize] = preprocessingSteps({ ...timm, rules: { ...timm.rules!, of: OVER_PILLOW } })
  expect(stepInWords(resize!)).toMatch(
    / as Pillow 13 \(assumed: Pillow, since .* torchvision, .* gives other levels and can be chosen\)$/,
  )
  expect(preprocessingSteps(timm)[1]?.assumed).toBeUndefined()
})
