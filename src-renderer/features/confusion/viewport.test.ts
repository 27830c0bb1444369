import { expect, test } from 'vitest'
import { clamped, fitted, readViewport, revealing, writeViewport, zoomed } from './viewport'

const extent = { width: 500, height: 400, columns: 1000, rows: 1000 }

test('a thousand classes fit, ten do not grow without bound', () => {
  expect(fitted(extent)).toEqual({ cell: 0.4, x: 0, y: 0 })
  expect(fitted({ ...extent, columns: 3, rows: 3 }).cell).toBe(104)
})

test('rows below those of the classes fit, and are reached', () => {
  const longer = { width: 500, height: 400, columns: 10, rows: 20 }
  expect(fitted(longer).cell).toBe(20)
  expect(clamped({ cell: 100, x: 99, y: 99 }, longer)).toEqual({ cell: 100, x: 5, y: 16 })
})

test('zooming keeps the cell under the cursor there', () => {
  const point = { x: 120, y: 200 }
  const before = zoomed({ cell: 2, x: 100, y: 300 }, 1, point, extent)
  const after = zoomed(before, 3, point, extent)
  expect(after.cell).toBe(6)
  expect(after.x + point.x / after.cell).toBeCloseTo(before.x + point.x / before.cell, 9)
  expect(after.y + point.y / after.cell).toBeCloseTo(before.y + point.y / before.cell, 9)
  expect(zoomed(after, 0.001, point, extent)).toEqual(fitted(extent))
})

test('nothing beyond the edges; a cell is brought into sight', () => {
  expect(clamped({ cell: 10, x: 990, y: -5 }, extent)).toEqual({ cell: 10, x: 950, y: 0 })
  const view = { cell: 10, x: 100, y: 100 }
  expect(revealing(view, 120, 110, extent)).toEqual(view)
  expect(revealing(view, 20, 200, extent)).toEqual({ cell: 10, x: 20, y: 161 })
})

test('written and read', () => {
  expect(readViewport(writeViewport({ cell: 3.141592, x: 10, y: 0.5 }))).toEqual({ cell: 3.1416, x: 10, y: 0.5 })
  for (const text of ['', 'x', '1_2', '0_1_1', '1_2_3_4', '1_NaN_3']) expect(readViewport(text)).toBeNull()
})
