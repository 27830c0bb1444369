import { describe, expect, it } from 'vitest'
import { partition } from '../../api/grouping'
import { layOut, placeAfterKey } from './grid-layout'

const groups = [
  { name: 'a', count: 5 },
  { name: 'b', count: 2 },
]

describe('layout', () => {
  it('fills rows, the last one short', () => {
    const { rows, headers, rowOf } = layOut(7, [], 3)
    expect(rows.map((row) => row.kind === 'samples' && [row.start, row.end])).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ])
    expect(headers).toEqual([])
    expect([0, 2, 3, 6].map(rowOf)).toEqual([0, 0, 1, 2])
  })

  it('begins a new row with every group', () => {
    const { rows, headers, rowOf } = layOut(7, groups, 3)
    expect(rows.map(({ kind }) => kind)).toEqual(['header', 'samples', 'samples', 'header', 'samples'])
    expect(headers).toEqual([0, 3])
    expect([0, 4, 5, 6].map(rowOf)).toEqual([1, 2, 4, 4])
  })
})

describe('keys', () => {
  const flat = layOut(10, [], 4)
  const go = (key: string, from: number, layout = flat, count = 10) => placeAfterKey(key, from, layout, count, 2)

  it('start at the first sample', () => {
    expect(go('ArrowRight', -1)).toBe(0)
    expect(go('x', 3)).toBeNull()
    expect(placeAfterKey('End', -1, layOut(0, [], 4), 0, 2)).toBeNull()
  })

  it('move by sample, row and page, and stop at the ends', () => {
    expect(go('ArrowRight', 9)).toBe(9)
    expect(go('ArrowDown', 5)).toBe(9)
    expect(go('ArrowDown', 7)).toBe(9)
    expect(go('ArrowUp', 2)).toBe(2)
    expect(go('PageDown', 1)).toBe(9)
    expect(go('PageUp', 9)).toBe(1)
    expect([go('Home', 5), go('End', 5)]).toEqual([0, 9])
  })

  it('keep the column over a header', () => {
    const grouped = layOut(7, groups, 3)
    expect(go('ArrowDown', 4, grouped, 7)).toBe(6)
    expect(go('ArrowUp', 6, grouped, 7)).toBe(4)
    expect(go('ArrowDown', 2, grouped, 7)).toBe(4)
  })
})

it('groups keep the order of the list within each', () => {
  const grouped = partition(Uint32Array.of(9, 1, 7, 3), Uint32Array.of(1, 3, 7, 9), [
    { name: 'low', count: 2 },
    { name: 'high', count: 2 },
  ])
  expect([...grouped.ids]).toEqual([1, 3, 9, 7])
  expect(grouped.groups).toEqual([
    { name: 'low', count: 2 },
    { name: 'high', count: 2 },
  ])
})
