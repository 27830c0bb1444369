import { expect, it } from 'vitest'
import { MAX_ZOOM, WHOLE, bounded, readViewport, writeViewport, zoomAbout } from './viewport'

it('keeps the point under the pointer where it is', () => {
  const from = { zoom: 4, x: 0.5, y: 0.5 }
  const at = { x: 0.6, y: 0.45 }
  const to = zoomAbout(from, 2, at)
  expect(to.zoom).toBe(8)
  // Its distance from the middle, in shares of the view: (point - middle) x zoom.
  expect((at.x - to.x) * to.zoom).toBeCloseTo((at.x - from.x) * from.zoom, 12)
  expect((at.y - to.y) * to.zoom).toBeCloseTo((at.y - from.y) * from.zoom, 12)
})

it('stays within the picture', () => {
  expect(bounded({ zoom: 2, x: 0, y: 1 })).toEqual({ zoom: 2, x: 0.25, y: 0.75 })
  expect(zoomAbout({ zoom: 2, x: 0.25, y: 0.75 }, 0.1, { x: 0, y: 0 })).toEqual(WHOLE)
  expect(bounded({ zoom: 1000, x: 0.5, y: 0.5 }).zoom).toBe(MAX_ZOOM)
})

it('is written into addresses and read back', () => {
  expect(writeViewport(WHOLE)).toBe('')
  const view = { zoom: 2.5, x: 0.4, y: 0.61 }
  expect(readViewport(writeViewport(view))).toEqual(view)
  for (const text of ['', 'x', '2,0.5', '2,0.5,NaN', '2,0.5,0.5,1']) expect(readViewport(text)).toEqual(WHOLE)
})
