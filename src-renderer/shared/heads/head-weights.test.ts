import { expect, it } from 'vitest'
import { headWeights } from './head-weights'

it('normalises scores within their layer', () => {
  expect([...headWeights(Float32Array.of(1, 3, 2, 2), { layers: 2, heads: 2 })]).toEqual([0.25, 0.75, 0.5, 0.5])
})

it('gives uniform weights to a layer without scores', () => {
  expect([...headWeights(Float32Array.of(0, 0, 0, 0), { layers: 1, heads: 4 })]).toEqual([0.25, 0.25, 0.25, 0.25])
})

it('shares a layer among the heads that it has', () => {
  const model = { layers: 2, heads: 3, layerHeads: [3, 2] }
  expect([...headWeights(Float32Array.of(1, 1, 2, 0, 0, 0), model)]).toEqual([0.25, 0.25, 0.5, 0.5, 0.5, 0])
})
