import { expect, test } from 'vitest'
import { upsampleBilinear } from './upsample'

test('matches torch interpolate(mode="bilinear", align_corners=False)', () => {
  expect([...upsampleBilinear([1, 2, 3, 4], [2, 2], 4, 4)]).toEqual([
    1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4,
  ])
})

test('a map of its own size stays as it is', () => {
  const map = Float32Array.of(5, 1, 2, 7, 0, 3)
  expect(upsampleBilinear(map, [2, 3], 2, 3)).toEqual(map)
})

test('one cell fills everything', () => {
  expect(upsampleBilinear([0.5], [1, 1], 3, 2)).toEqual(new Float32Array(6).fill(0.5))
})
