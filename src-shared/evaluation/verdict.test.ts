import { expect, test } from 'vitest'
import { seeded } from '@headlight/explain/random'
import { resample } from './bootstrap'
import type { MetricId } from './metrics'
import { summarise } from './summarise'
import { survivesShuffling, unbeaten } from './verdict'

function summaryOf(metric: MetricId, values: Record<string, number[]>) {
  const n = Object.values(values)[0]!.length
  const methods = Object.entries(values).map(([method, of]) => ({ method, values: Float64Array.from(of) }))
  return summarise(n, [{ metric, methods }], resample(n, seeded(1)))
}

test('a method beats a control where the interval of the difference lies on the better side', () => {
  const better = { rollout: [3, 4, 5, 6], random: [1, 2, 3, 4], centre: [3, 5, 4, 6] }
  expect(unbeaten(summaryOf('saco', better), 'saco', 'rollout')).toEqual(['centre'])
  expect(unbeaten(summaryOf('deletion_mean', better), 'deletion_mean', 'rollout')).toEqual(['random', 'centre'])
})

test('a map survives shuffling unless it is less alike than the next image is', () => {
  const values = {
    raw: [0.1, 0.2, 0.1],
    rollout: [0.9, 0.9, 0.8],
    'raw:next': [0.5, 0.6, 0.4],
    'rollout:next': [0.7, 0.6, 0.6],
  }
  const summary = summaryOf('randomisation_last', values)
  expect(['raw', 'rollout'].map((method) => survivesShuffling(summary, 'randomisation_last', method))).toEqual([
    false,
    true,
  ])
})

test('a single image shows nothing, also where the others have no value', () => {
  const alone = summaryOf('saco', { rollout: [1, NaN, NaN], random: [0, 0, 0], centre: [0, 0, 0] })
  expect(unbeaten(alone, 'saco', 'rollout')).toEqual(['random', 'centre'])
  const shuffled = summaryOf('randomisation_last', { raw: [0], 'raw:next': [1] })
  expect(survivesShuffling(shuffled, 'randomisation_last', 'raw')).toBe(true)
})
