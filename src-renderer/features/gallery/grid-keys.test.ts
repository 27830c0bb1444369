import { expect, it } from 'vitest'
import { indexAfterKey } from './grid-keys'

const grid = { columns: 4, page: 8, count: 10 }

it.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 9, 9],
  ['ArrowLeft', 0, 0],
  ['ArrowDown', 1, 5],
  ['ArrowDown', 8, 9],
  ['ArrowUp', 5, 1],
  ['ArrowUp', 2, 2],
  ['PageDown', 1, 9],
  ['PageUp', 9, 1],
  ['Home', 7, 0],
  ['End', 0, 9],
  ['ArrowDown', -1, 0],
  ['a', 3, null],
])('%s from %i leads to %s', (key, from, to) => {
  expect(indexAfterKey(key, from, grid)).toBe(to)
})
