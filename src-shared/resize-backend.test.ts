import { expect, test } from 'vitest'
import type { Preprocessing } from './api'
import { OVER_PILLOW } from './preprocessing-steps'
import { resizeBackendOf, withResizeBackend } from './resize-backend'

const plain: Preprocessing = {
  size: { height: 16, width: 16 },
  resize: { mode: 'exact', height: 16, width: 16, interpolation: 'bilinear' },
  centerCrop: null,
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  channels: 3,
  rules: { of: OVER_PILLOW, passes: 'height-first', edge: 'half-up' },
  source: 'preprocessor_config.json',
}

test('the library is chosen where it is open; roundings that belong to the processor stay', () => {
  expect(resizeBackendOf(plain)).toEqual({ backend: 'pillow', asked: false, open: true })
  const torch = withResizeBackend(plain, 'torchvision')
  expect(torch.rules).toMatchObject({ resample: 'torch', pad: 'after', edge: 'half-up' })
  expect(resizeBackendOf(torch)).toEqual({ backend: 'torchvision', asked: true, open: true })
  const { of, ...rules } = withResizeBackend(torch, 'pillow').rules!
  expect({ of, ...rules }).toEqual({ ...plain.rules, of: `${OVER_PILLOW}, as asked` })
})

test('what a configuration says is not changed, and a filter that torchvision lacks is refused', () => {
  const timm: Preprocessing = { ...plain, rules: { of: 'timm', crop: 'half-even' }, source: 'config.json' }
  expect(withResizeBackend(timm, 'pillow')).toBe(timm)
  expect(() => withResizeBackend(timm, 'torchvision')).toThrow(/config.json is resized by pillow \(timm\)/)
  const box: Preprocessing = { ...plain, resize: { ...plain.resize, interpolation: 'box' } }
  expect(() => withResizeBackend(box, 'torchvision')).toThrow(/filter box, which torchvision does not have/)
  const none: Preprocessing = { ...plain, resize: { ...plain.resize, mode: 'none' } }
  expect(withResizeBackend(none, 'torchvision')).toBe(none)
})
