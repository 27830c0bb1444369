import { expect, test } from 'vitest'
import { takeInTurn } from './in-turn'

const samples = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', '-1', '-2'].map((path) => ({
  path,
  label: path.startsWith('-') ? null : path[0]!,
}))
const taken = (limit: number) => takeInTurn(samples, limit).map(({ path }) => path)

test('labels take turns, within a label by path, those without one last', () => {
  expect(taken(3)).toEqual(['a1', 'b1', 'c1'])
  expect(taken(5)).toEqual(['a1', 'a2', 'b1', 'c1', '-1'])
  expect(taken(99)).toHaveLength(8)
})

test('fewer are part of more', () => {
  for (let limit = 1; limit < 8; limit++) expect(taken(limit + 1)).toEqual(expect.arrayContaining(taken(limit)))
})
