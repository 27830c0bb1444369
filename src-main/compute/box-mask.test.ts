import { expect, test } from 'vitest'
import type { Preprocessing } from '@shared/api'
import { boxMask } from './box-mask'

const exact: Preprocessing = {
  ...{ size: { height: 4, width: 4 }, centerCrop: null, rescale: 1, mean: [0], std: [1], channels: 1, source: '' },
  resize: { mode: 'exact', height: 4, width: 4, interpolation: 'bilinear' },
}
const rows = ({ width, regions }: ReturnType<typeof boxMask>) =>
  Array.from({ length: regions.length / width }, (_, y) => regions.subarray(y * width, (y + 1) * width).join(''))

test('a box in pixels is the pixels inside', () => {
  const mask = boxMask({ kind: 'box', left: 1, top: 0, right: 3, bottom: 2 }, { width: 4, height: 3 }, exact)
  expect(rows(mask)).toEqual(['0110', '0110', '0000'])
})

test('a box in shares fits any size', () => {
  const mask = boxMask({ kind: 'box', left: 0.5, top: 0.5, right: 1, bottom: 1 }, { width: 4, height: 4 }, exact)
  expect(rows(mask)).toEqual(['0000', '0000', '0011', '0011'])
})

test('a crop cuts the box', () => {
  const cropped: Preprocessing = {
    ...exact,
    centerCrop: { height: 4, width: 4 },
    resize: { mode: 'shortest', height: 4, width: 4, interpolation: 'bilinear' },
  }
  const mask = boxMask({ kind: 'box', left: 0, top: 0, right: 4, bottom: 4 }, { width: 8, height: 4 }, cropped)
  expect(rows(mask)).toEqual(['1100', '1100', '1100', '1100'])
})

test('a mask of a large picture stays small', () => {
  const mask = boxMask(
    { kind: 'box', left: 0, top: 0, right: 5000, bottom: 6000 },
    { width: 10_000, height: 6000 },
    exact,
  )
  expect([mask.width, mask.height]).toEqual([512, 307])
  expect(mask.regions.reduce((sum, value) => sum + value, 0)).toBe(256 * 307)
})
