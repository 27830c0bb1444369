import { expect, test } from 'vitest'
import { boxOf } from './boxes'

const corners = [10, 20, 40, 60]

test.each<[string, Record<string, unknown>]>([
  ['bbox, as COCO writes it', { bbox: [10, 20, 30, 40] }],
  ['a list of one', { bbox: [[10, 20, 30, 40]] }],
  ['bbox as text', { BBox: '[10, 20.0, 3e1, 40]' }],
  ['box, by its corners', { box: '10 20 40 60' }],
  ['columns of corners', { x_min: '10', y_min: '20', x_max: '40', y_max: '60' }],
  ['other names of corners', { X1: 10, Y1: 20, X2: 40, Y2: 60 }],
])('%s', (_name, row) => {
  const found = boxOf(row)
  expect(found && [found.left, found.top, found.right, found.bottom]).toEqual(corners)
})

test.each<[string, Record<string, unknown>]>([
  ['none', { label: 'Coat' }],
  [
    'several',
    {
      bbox: [
        [10, 20, 30, 40],
        [1, 2, 3, 4],
      ],
    },
  ],
  ['an empty one', { bbox: [10, 20, 0, 0] }],
  ['no numbers', { box: 'left' }],
  ['missing corners', { xmin: '1', ymin: '2', xmax: '', ymax: '4' }],
])('%s is not a box', (_name, row) => {
  expect(boxOf(row)).toBeNull()
})
