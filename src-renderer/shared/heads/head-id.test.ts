import { expect, it } from 'vitest'
import { headText, parseHead } from './head-id'

it('reads heads of the model and nothing else', () => {
  expect(parseHead('7.2', 8, 5)).toEqual({ layer: 7, head: 2 })
  expect(parseHead(headText({ layer: 0, head: 4 }), 8, 5)).toEqual({ layer: 0, head: 4 })
  expect([parseHead('8.0', 8, 5), parseHead('7', 8, 5), parseHead(null, 8, 5)]).toEqual([null, null, null])
})
