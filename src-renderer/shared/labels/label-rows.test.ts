import type { ClassMatch } from '@shared/api'
import { expect, it } from 'vitest'
import { labelRows, matchSummary, shownRows, withMatch } from './label-rows'

const found: ClassMatch[] = [
  { folder: 'cat', count: 3, classIndex: 0, by: 'name' },
  { folder: 'b', count: 2, classIndex: 1, by: 'order' },
  { folder: 'wolf', count: 1, classIndex: null, by: null },
]
const labels = ['cat', 'Dog']

it('what was matched by hand comes on top, also nothing', () => {
  const rows = labelRows(found, [
    ['wolf', 1],
    ['cat', null],
  ])
  expect(rows.map(({ classIndex, by }) => [classIndex, by])).toEqual([
    [null, 'given'],
    [1, 'order'],
    [1, 'given'],
  ])
  expect(matchSummary(rows)).toBe('1 by hand, 1 by order, 1 unmatched')
})

it('filters by state and by words of either side', () => {
  const names = (filter: 'all' | 'unmatched' | 'check', text = '') =>
    shownRows(found, labels, filter, text).map(({ folder }) => folder)
  expect(names('unmatched')).toEqual(['wolf'])
  expect(names('check')).toEqual(['b'])
  expect(names('all', 'dog')).toEqual(['b'])
})

it('a change back to what was found is none', () => {
  const corrections = withMatch(found, [], 'wolf', 1)
  expect(corrections).toEqual([['wolf', 1]])
  expect(withMatch(found, corrections, 'wolf', null)).toEqual([])
})

it('labels of a run, which keeps no way of matching, are counted as matched', () => {
  const row = { folder: 'a', count: 1, by: null }
  const rows = [
    { ...row, classIndex: 0 },
    { ...row, folder: 'b', classIndex: 2 },
    { ...row, folder: 'c', classIndex: null },
  ]
  expect(matchSummary(rows)).toBe('2 matched, 1 unmatched')
})
