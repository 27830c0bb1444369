import { expect, it } from 'vitest'
import { mapAgreement, ranks, spearman, topIou, topPatches } from './agreement'
import { shareDifference, shares } from './difference'

it('gives ties the mean of their ranks', () => {
  expect([...ranks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1])
  expect([...ranks([1, 1, 1])]).toEqual([2, 2, 2])
})

it('correlates ranks as scipy.stats.spearmanr does', () => {
  // Worked by hand without ties: d^2 = 1 + 1 + 1 + 1, rho = 1 - 6 * 4 / (5 * 24).
  expect(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12)
  // With ties, ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
  expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
  // The example of scipy's manual.
  expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12)
  expect(spearman([3, 1, 2], [-3, -1, -2])).toBe(-1)
})

it('looks at the order of values alone', () => {
  const values = [0.5, 0.1, 0.9, 0.3, 0.7]
  expect(spearman(values, values.map(Math.exp))).toBe(1)
})

it('has no correlation with a flat map', () => {
  expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull()
  expect(spearman([1], [2])).toBeNull()
})

it('takes the k highest patches, and all that tie with the last', () => {
  expect([...topPatches([0, 9, 1, 2, 3, 8, 4, 5, 6, 7], 0.2)!]).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0, 0])
  expect([...topPatches([0, 9, 1, 1, 8, 8, 1, 1, 1, 1], 0.2)!]).toEqual([0, 1, 0, 0, 1, 1, 0, 0, 0, 0])
  // 20 % of 64 patches are 12.8: 13.
  expect(topPatches(Float32Array.from({ length: 64 }, (_, i) => i))!.reduce((sum, in_) => sum + in_, 0)).toBe(13)
  expect([...topPatches([1, 2], 0.2)!]).toEqual([0, 1])
  expect(topPatches([4, 4, 4])).toBeNull()
})

it('compares tops by intersection over union', () => {
  const a = [9, 8, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
  const b = [9, 0, 8, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
  // Tops {0, 1} and {0, 2}: one in common, three in all.
  expect(topIou(a, b)).toBeCloseTo(1 / 3, 12)
  expect(topIou(a, a)).toBe(1)
  expect(topIou(a, [...a].reverse())).toBe(0)
  expect(
    topIou(
      a,
      a.map(() => 1),
    ),
  ).toBeNull()
})

it('does not compare maps over different grids', () => {
  expect(mapAgreement([1, 2, 3], [1, 2])).toEqual({ spearman: null, topIou: null })
})

it('subtracts shares of the sums', () => {
  const a = Float32Array.of(1, 3)
  const b = Float32Array.of(20, 20)
  expect([...shares(a)]).toEqual([0.25, 0.75])
  expect([...shareDifference(a, b)]).toEqual([-0.25, 0.25])
  expect([...shares(Float32Array.of(0, 0))]).toEqual([0, 0])
})
