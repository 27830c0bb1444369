import type { HeadGroup } from '@shared/api'
import { expect, test } from 'vitest'
import { orderOf } from '../../shared/seriation/clustered'
import { classHeadsValues, transposed } from './class-heads-plot'

const group = (key: string, mean: number[]): HeadGroup => ({
  ...{ key, name: key, count: 3, mean: Float32Array.from(mean), std: Float32Array.from(mean, () => NaN) },
  ...{ quantiles: new Float32Array(5 * mean.length), topShare: new Float32Array(mean.length) },
})
/** Groups 0 and 2 are alike, 1 and 3 are; so are heads 0 and 3, heads 1 and 2. */
const statistics = {
  ...{ layers: 2, heads: 2, norm: 'l1' as const },
  groups: [
    group('a', [0.9, 0.1, 0.1, 0.9]),
    group('b', [0.2, 0.8, 0.7, 0.3]),
    group('c', [0.8, 0.2, 0.2, 0.8]),
    group('d', [0.1, 0.9, 0.8, 0.2]),
  ],
}
const { values, centred, groups, size, heads } = classHeadsValues(statistics, 'mean')

test('similar groups and similar heads come together', () => {
  const rows = orderOf({ kind: 'rows', values: centred, n: groups })
  const columns = orderOf({ kind: 'rows', values: transposed(centred, groups, size, heads), n: size })
  const beside = (order: Uint32Array, a: number, b: number) => Math.abs(order.indexOf(a) - order.indexOf(b)) === 1
  expect([beside(rows, 0, 2), beside(rows, 1, 3), beside(columns, 0, 3), beside(columns, 1, 2)]).toEqual([
    true,
    true,
    true,
    true,
  ])
})

test('relative values are the distance from the mean over the groups', () => {
  expect(size).toBe(4)
  expect(centred[0]).toBeCloseTo(0.4, 6)
  expect(centred[3 * 4 + 1]).toBeCloseTo(0.4, 6)
  expect(values[4]).toBe(Math.fround(0.2))
})

test('heads that a layer has not are no columns', () => {
  const found = classHeadsValues({ ...statistics, layerHeads: [2, 1] }, 'mean')
  expect(found.heads).toEqual([0, 1, 2])
  const turned = transposed(found.values, groups, size, found.heads)
  expect([...turned.slice(2 * groups)]).toEqual([0.1, 0.7, 0.2, 0.8].map(Math.fround))
})
