import { expect, test } from 'vitest'
import type { Preprocessing } from './api'
import { boxInPicture } from './detection-box'

const exact: Preprocessing = {
  size: { height: 100, width: 100 },
  resize: { mode: 'exact', height: 100, width: 100, interpolation: 'bilinear' },
  centerCrop: null,
  rescale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channels: 3,
  source: 'test',
}
const cropped: Preprocessing = {
  ...exact,
  resize: { mode: 'shortest', height: 100, width: 100, interpolation: 'bilinear' },
  centerCrop: { height: 100, width: 100 },
}
const padded: Preprocessing = {
  ...exact,
  resize: { mode: 'longest', height: 100, width: 100, interpolation: 'bilinear' },
  pad: { height: 100, width: 100 },
}
const detection = { query: 3, box: [0.25, 0.5, 0.5, 1] as [number, number, number, number] }
const left = { left: 0, top: 0, right: 0.5, bottom: 1 }

test('a box lies in the part of the picture that the model saw', () => {
  const wide = { width: 400, height: 200 }
  expect(boxInPicture(detection, wide, exact)).toEqual(left)
  expect(boxInPicture(detection, wide, cropped)).toEqual({ ...left, left: 0.25 })
  // The picture fills the upper half of the input.
  expect(boxInPicture(detection, wide, padded)).toEqual({ ...left, bottom: 2 })
})

test('without a box, or a size, there is none', () => {
  expect(boxInPicture({ query: 3, box: null }, { width: 4, height: 2 }, exact)).toBeNull()
  expect(boxInPicture(undefined, { width: 4, height: 2 }, exact)).toBeNull()
  expect(boxInPicture(detection, { width: 0, height: 0 }, exact)).toBeNull()
})
