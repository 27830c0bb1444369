import { expect, it } from 'vitest'
import { headText, headWeights, parseHead } from './head-weights'

it('normalises scores within their layer', () => {
  expect([...headWeights(Float32Array.of(1, 3, 2, 2), 2, 2)]).toEqual([0.25, 0.75, 0.5, 0.5])
})

it('gives uniform weights to a layer without scores', () => {
  expect([...headWeights(Float32Array.of(0, 0, 0, 0), 1, 4)]).toEqual([0.25, 0.25, 0.25, 0.25])
})

it('reads heads of the model and nothing else', () => {
  expect(parseHead('7.2', 8, 5)).toEqual({ layer: 7, head: 2 })
  expect(parseHead(headText({ layer: 0, head: 4 }), 8, 5)).toEqual({ layer: 0, head: 4 })
  expect([parseHead('8.0', 8, 5), parseHead('7', 8, 5), parseHead(null, 8, 5)]).toEqual([null, null, null])
})
