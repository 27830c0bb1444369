import { expect, test } from 'vitest'
import { boxFormInWords, boxInShares, findBoxForm } from './box-form'

const SIZE = [200, 100] as const

test.each([
  [
    'some would end before they begin as corners',
    'pred_boxes',
    [0.5, 0.5, 0.4, 0.6, 0.2, 0.3, 0.4, 0.4],
    'centre',
    'shares',
  ],
  [
    'many would reach beyond the picture as centres',
    'boxes',
    [0.1, 0.2, 0.9, 0.95, 0.5, 0.6, 0.9, 1],
    'corners',
    'shares',
  ],
  ['the same in pixels', 'boxes', [10, 20, 90, 190, 50, 120, 90, 200], 'corners', 'pixels'],
  ['both readings fit', 'boxes', [0.3, 0.3, 0.4, 0.5, 0.2, 0.2, 0.3, 0.3], 'centre', 'shares'],
  ['the name says so', 'boxes_xyxy', [0.3, 0.3, 0.4, 0.5], 'corners', 'shares'],
  ['the name says so', 'boxes_cxcywh', [10, 20, 90, 190], 'centre', 'pixels'],
] as const)('%s: %s', (_, name, boxes, layout, unit) => {
  expect(findBoxForm(name, boxes, SIZE).form).toEqual({ layout, unit })
})

test('what is only assumed is called so', () => {
  expect(findBoxForm('boxes', [0.3, 0.3, 0.4, 0.5], SIZE).because).toContain('assumed')
  expect(findBoxForm('boxes', [0.5, 0.5, 0.4, 0.6], SIZE).because).not.toContain('assumed')
  expect(findBoxForm('boxes', [NaN, NaN, NaN, NaN], SIZE).because).toContain('assumed')
})

test('every form of one box is the same box', () => {
  const wanted = [0.5, 0.25, 0.4, 0.1]
  const forms = [
    [[0.5, 0.25, 0.4, 0.1], 'centre', 'shares'],
    [[50, 50, 40, 20], 'centre', 'pixels'],
    [[0.3, 0.2, 0.7, 0.3], 'corners', 'shares'],
    [[30, 40, 70, 60], 'corners', 'pixels'],
  ] as const
  for (const [box, layout, unit] of forms) {
    boxInShares(box, { layout, unit }, SIZE).forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 6))
  }
  expect(boxFormInWords({ layout: 'corners', unit: 'pixels' })).toContain("pixels of the model's input")
})
