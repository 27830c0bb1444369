/** Warnings about a configuration go with the values that they are about. */
import { expect, test } from 'vitest'
import type { Preprocessing } from './api'
import { standingWarnings } from './preprocessing-changes'
import { OVER_PILLOW } from './preprocessing-steps'
import { withResizeBackend } from './resize-backend'

const preprocessing: Preprocessing = {
  size: { height: 224, width: 224 },
  resize: { mode: 'exact', height: 224, width: 224, interpolation: 'bilinear' },
  centerCrop: null,
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  channels: 3,
  rules: { of: OVER_PILLOW, passes: 'height-first' },
  source: 'preprocessor_config.json',
}
const found = {
  preprocessing,
  preprocessingWarnings: ['no size', 'no resample', 'no mean and std', "has 'gamma'"],
  warnedParts: {
    'no size': ['resize' as const],
    'no resample': ['interpolation' as const],
    'no mean and std': ['mean' as const, 'std' as const],
  },
}

test('a warning goes once all that it is about was changed, and comes back with it', () => {
  expect(standingWarnings(found, preprocessing)).toEqual(found.preprocessingWarnings)
  const sharper = { ...preprocessing, resize: { ...preprocessing.resize, interpolation: 'bicubic' as const } }
  expect(standingWarnings(found, sharper)).toEqual(['no size', 'no mean and std', "has 'gamma'"])
  const halfway = { ...sharper, mean: [0.4, 0.4, 0.4] }
  expect(standingWarnings(found, halfway)).toContain('no mean and std')
  expect(standingWarnings(found, { ...halfway, std: [0.2, 0.2, 0.2] })).toEqual(['no size', "has 'gamma'"])
})

test('another library changes no value that a file left out', () => {
  expect(standingWarnings(found, withResizeBackend(preprocessing, 'torchvision'))).toContain('no size')
})
