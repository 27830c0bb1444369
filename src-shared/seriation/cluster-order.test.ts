import { expect, test } from 'vitest'
import { clusterOrder, rowDistances } from './cluster-order'

const distances = (values: number[]) => rowDistances(Float32Array.from(values), values.length)
const order = (values: number[]) => [...clusterOrder(distances(values), values.length)]

test('distances of rows', () => {
  expect([...rowDistances(Float32Array.of(0, 0, 3, 4, 0, 1), 3)].map((d) => Math.round(d * 1000) / 1000)).toEqual([
    0, 5, 1, 5, 0, 4.243, 1, 4.243, 0,
  ])
})

test('points on a line come out in their order, from one end or the other', () => {
  const values = [5.1, 0, 2.9, 1.2, 9.7, 7.1, 3.3, 0.4]
  const sorted = order(values).map((index) => values[index])
  const rising = values.toSorted((a, b) => a - b)
  expect([rising, rising.toReversed()]).toContainEqual(sorted)
})

test('clusters stay together whatever order their members came in', () => {
  const values = Array.from({ length: 60 }, (_, i) => (i % 4) * 100 + ((i * 7) % 13))
  const groups = order(values).map((index) => index % 4)
  const runs = groups.filter((group, i) => i === 0 || group !== groups[i - 1])
  expect(runs).toHaveLength(4)
})

test('equal distances keep every index once; nothing and one thing have an order', () => {
  expect(order(Array.from({ length: 30 }, () => 1)).toSorted((a, b) => a - b)).toEqual([...Array(30).keys()])
  expect([...clusterOrder(new Float32Array(), 0)]).toEqual([])
  expect([...clusterOrder(new Float32Array(1), 1)]).toEqual([0])
})
