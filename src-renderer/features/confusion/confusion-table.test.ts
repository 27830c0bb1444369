import { expect, test } from 'vitest'
import { clusterOrder } from '@shared/seriation/cluster-order'
import { confusionDistances, orderClasses } from './class-order'
import { confusionPlot } from './confusion-plot'
import { classScores, confusions, confusionTable, valueOf } from './confusion-table'

/** Labels 0, 1, 4 and 6; nothing is predicted as 4, and nothing is labelled 9. */
const pairs = [
  [0, 0, 8],
  [0, 1, 2],
  [1, 1, 3],
  [1, 6, 3],
  [4, 9, 1],
  [6, 1, 5],
  [6, 6, 15],
] as const
const column = (i: 0 | 1 | 2) => Uint32Array.from(pairs, (pair) => pair[i])
const table = confusionTable({
  classes: 10,
  labels: column(0),
  predictions: column(1),
  counts: column(2),
  datasetLabels: [],
})
const names = (index: number) => ['class 10', 'class 9', '', '', 'b', '', 'a', '', '', 'c'][index] ?? ''

test('totals, recall and precision', () => {
  expect(table).toMatchObject({ classes: [0, 1, 4, 6, 9], total: 37, correct: 26 })
  expect(classScores(table, 1)).toEqual({ count: 6, recall: 0.5, precision: 0.3 })
  expect(classScores(table, 4)).toEqual({ count: 1, recall: 0, precision: NaN })
  expect(classScores(table, 9)).toEqual({ count: 0, recall: NaN, precision: 0 })
})

test('confusions by count and by share', () => {
  const found = (share: 'count' | 'row' | 'column') =>
    confusions(table, share).map(({ label, prediction }) => `${label} ${prediction}`)
  expect(found('count')).toEqual(['6 1', '1 6', '0 1', '4 9'])
  expect(found('row')).toEqual(['4 9', '1 6', '6 1', '0 1'])
  expect(found('column')[0]).toBe('4 9')
  expect(valueOf(table, { label: 6, prediction: 1, count: 5 }, 'row')).toBe(0.25)
  expect(valueOf(table, { label: 6, prediction: 1, count: 5 }, 'column')).toBe(0.5)
})

test('labels without a class have rows of their own, and are neither right nor wrong', () => {
  const own = (name: string, classIndex: number | null, predictions: number[], counts: number[]) => ({
    name,
    classIndex,
    predictions: Uint32Array.from(predictions),
    counts: Uint32Array.from(counts),
  })
  const datasetLabels = [own('gnu', null, [3], [4]), own('pug', 0, [0, 1], [8, 2]), own('yak', null, [1, 6], [1, 3])]
  const wider = confusionTable({
    classes: 10,
    labels: column(0),
    predictions: column(1),
    counts: column(2),
    datasetLabels,
  })
  expect(wider).toMatchObject({ classes: [0, 1, 3, 4, 6, 9], total: 37, correct: 26, unmatched: [10, 11] })
  expect([10, 11, 0].map((label) => wider.unmatchedName(label))).toEqual(['gnu', 'yak', null])
  expect([wider.count(11, 6), wider.labelled(11), wider.predicted(6)]).toEqual([3, 4, 18])
  expect(confusions(wider, 'count')).toEqual(confusions(table, 'count'))
  const pair = { label: 11, prediction: 6, count: 3 }
  expect([valueOf(wider, pair, 'row'), valueOf(wider, pair, 'column')]).toEqual([0.75, NaN])

  const plot = confusionPlot(wider, wider.classes, names, { share: 'row', diagonal: false, filtered: false })
  expect(plot).toMatchObject({ rows: [0, 1, 3, 4, 6, 9, 10, 11], columns: [0, 1, 3, 4, 6, 9], rule: 6 })
  expect(plot.cells.find(({ row, column: at }) => row === 7 && at === 4)).toMatchObject({ position: 0.75 })
  expect(plot.describe(pair)).toBe('Label yak (no class), prediction a: 3 samples, 75 % of yak')
})

test('orders of the classes', () => {
  expect(orderClasses(table, 'model', names)).toEqual([0, 1, 4, 6, 9])
  expect(orderClasses(table, 'name', names)).toEqual([6, 4, 9, 1, 0])
  expect(orderClasses(table, 'recall', names)).toEqual([4, 1, 6, 0, 9])
  const similar = [...clusterOrder(confusionDistances(table), table.classes.length)].map((i) => table.classes[i]!)
  const apart = (a: number, b: number) => Math.abs(similar.indexOf(a) - similar.indexOf(b))
  expect([apart(1, 6), apart(4, 9)]).toEqual([1, 1])
})
