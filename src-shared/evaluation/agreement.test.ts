import { expect, test } from 'vitest'
import { seeded } from '@headlight/explain/random'
import { agreementOf, pearsonOf, spearmanOf } from './agreement'
import { resample } from './bootstrap'
import { criteriaOf } from './head-criteria'

test('Spearman and Pearson as scipy gives them, ties with average ranks', () => {
  const [a, b] = [Float64Array.of(1, 2, 2, 4, 7), Float64Array.of(3, 1, 2, 5, 4)]
  // scipy.stats.spearmanr and pearsonr
  expect(spearmanOf(a, b)).toBeCloseTo(0.5642880936468347, 12)
  expect(pearsonOf(a, b)).toBeCloseTo(0.5960395606792698, 12)
  expect(spearmanOf(a, new Float64Array(5))).toBeNaN()
})

test('agreement over all heads, within layers and of each image are told apart', () => {
  const layerOf = [0, 0, 1, 1]
  // Layer 1 matters more in both; within a layer the order is the other way round.
  const criterion = [Float64Array.of(1, 2, 10, 20), Float64Array.of(1, 2, 10, 20)]
  const effect = [Float64Array.of(2, 1, 20, 10), Float64Array.of(2, 1, 20, 10)]
  const found = agreementOf(criterion, effect, layerOf, resample(2, seeded(1)))
  expect(found.withinLayer).toBe(-1)
  expect(found.spearman).toBeCloseTo(0.6, 12)
  expect(found.perImage).toBeCloseTo(0.6, 12)
  expect([found.low, found.high]).toEqual([found.spearman, found.spearman])
})

test("GMAR's weights are shares of their layer, uniform where a layer has no scores", () => {
  const measures = new Float32Array(7 * 4)
  measures.set([1, 3, 0, 0])
  expect([...criteriaOf(measures, [0, 0, 1, 1]).gmar_weight_l1]).toEqual([0.25, 0.75, 0.5, 0.5])
})
