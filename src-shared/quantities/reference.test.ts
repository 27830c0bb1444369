import { expect, test } from 'vitest'
import { QUANTITIES, readQuantity, writeQuantity } from '.'

test.each(['taylor(7,2)', 'iou(gmar_l1)', 'deletion_mean(random)', 'randomisation_last(gmar_l1:next)'])(
  '%s is written as it is read',
  (text) => expect(writeQuantity(readQuantity(text)!)).toBe(text),
)

test.each([
  '',
  'taylor',
  'taylor()',
  'taylor(7)',
  'taylor(gmar_l1)',
  'iou(1,2)',
  'iou()',
  'iou(a b)',
  'nothing(1,2)',
  'iou(x',
  'constructor(a)',
])('%j is no quantity', (text) => expect(readQuantity(text)).toBeNull())

test('names are read by the filter language: letters and underscores', () => {
  for (const { name } of QUANTITIES) expect(name).toMatch(/^[a-z_]+$/)
  expect(new Set(QUANTITIES.map(({ name }) => name)).size).toBe(QUANTITIES.length)
})
