import { expect, it } from 'vitest'
import { headText, parseHead } from './head-id'

const model = { layers: 8, heads: 5 }

it('reads heads of the model and nothing else', () => {
  expect(parseHead('7.2', model)).toEqual({ layer: 7, head: 2 })
  expect(parseHead(headText({ layer: 0, head: 4 }), model)).toEqual({ layer: 0, head: 4 })
  expect([parseHead('8.0', model), parseHead('7', model), parseHead(null, model)]).toEqual([null, null, null])
  expect(parseHead('1.2', { layers: 2, heads: 5, layerHeads: [5, 2] })).toBe(null)
})
