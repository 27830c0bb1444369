import type { HeadAttention } from '@shared/api'
import { expect, test } from 'vitest'
import { averageOf, summedBy } from './attention-groups'

const attention: HeadAttention = {
  grid: [1, 2],
  byClass: true,
  labels: Int32Array.of(-1, 0, 0, 3),
  outcomes: Int8Array.of(-1, 0, 1, 1),
  counts: Uint32Array.of(2, 1, 3, 4),
  means: Float32Array.of(0.5, 0, 0.25, 0.5, 0.75, 0, 0.125, 1),
}

test('groups are weighted by their sizes', () => {
  const { count, values } = averageOf(attention, () => true)
  expect(count).toBe(10)
  expect(values[0]).toBeCloseTo((2 * 0.5 + 0.25 + 3 * 0.75 + 4 * 0.125) / 10, 6)
  expect(averageOf(attention, () => false).values).toEqual(new Float32Array(2))
})

test('one mean a label, one an outcome', () => {
  expect(summedBy(attention, 'label').map(({ key, count }) => [key, count])).toEqual([
    [-1, 2],
    [0, 4],
    [3, 4],
  ])
  const outcomes = summedBy(attention, 'outcome')
  expect(outcomes.map(({ key, count }) => [key, count])).toEqual([
    [1, 7],
    [0, 1],
    [-1, 2],
  ])
  expect(outcomes[0]?.values[1]).toBeCloseTo(4 / 7, 6)
})
