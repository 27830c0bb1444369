import { expect, it } from 'vitest'
import { headWeights } from './head-weights'

it('normalises scores within their layer', () => {
  expect([...headWeights(Float32Array.of(1, 3, 2, 2), 2, 2)]).toEqual([0.25, 0.75, 0.5, 0.5])
})

it('gives uniform weights to a layer without scores', () => {
  expect([...headWeights(Float32Array.of(0, 0, 0, 0), 1, 4)]).toEqual([0.25, 0.25, 0.25, 0.25])
})
