import { expect, test } from 'vitest'
import { seeded } from '@headlight/explain/random'
import { meanInterval, quantile, resample } from './bootstrap'
import { summarise } from './summarise'

test('the interval of a mean is near that of the normal distribution, and values that are missing count nowhere', () => {
  const random = seeded(3)
  const values = Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? NaN : random()))
  const { mean, low, high } = meanInterval(values, resample(400, seeded(4)))
  const present = values.filter((value) => !Number.isNaN(value))
  expect(mean).toBeCloseTo(present.reduce((sum, value) => sum + value, 0) / present.length, 12)
  const half = (1.96 * Math.sqrt(1 / 12)) / Math.sqrt(300)
  expect(mean - low).toBeCloseTo(half, 2)
  expect(high - mean).toBeCloseTo(half, 2)
})

test('differences are paired: two methods that differ by a constant differ for certain, however wide each interval', () => {
  const a = Float64Array.from({ length: 30 }, (_, i) => i)
  const methods = [
    { method: 'a', values: a.map((value) => value + 0.5) },
    { method: 'b', values: a },
  ]
  const summary = summarise(30, [{ metric: 'saco', methods }], resample(30, seeded(1)))
  expect(summary.differences.saco).toEqual({ 'a-b': { mean: 0.5, low: 0.5, high: 0.5 } })
  const { low, high, missing } = summary.metrics.saco!.b!
  expect([low < 13, high > 16, missing]).toEqual([true, true, 0])
})

test('quantiles lie between their neighbours, linearly', () => {
  expect(quantile(Float64Array.of(0, 1, 4), 0.75)).toBe(2.5)
  expect(quantile(new Float64Array(0), 0.5)).toBeNaN()
})
