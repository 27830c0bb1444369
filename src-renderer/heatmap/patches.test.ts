import { expect, it } from 'vitest'
import { patchAt, patchBox, patchCentre, patchOf } from './patches'

const WHOLE = { left: 0, top: 0, width: 1, height: 1 }

it('finds the patch of a point, rows before columns', () => {
  expect(patchAt({ x: 0.99, y: 0.01 }, [2, 4], WHOLE)).toEqual({ row: 0, column: 3, index: 3 })
  expect(patchAt({ x: 0.3, y: 0.5 }, [2, 4], WHOLE)).toEqual({ row: 1, column: 1, index: 5 })
  expect(patchOf(5, [2, 4])).toEqual({ row: 1, column: 1, index: 5 })
})

it('has no patch outside what the model sees', () => {
  // A centre crop: the middle half of a wide picture.
  const crop = { left: 0.25, top: 0, width: 0.5, height: 1 }
  expect(patchAt({ x: 0.2, y: 0.5 }, [4, 4], crop)).toBeNull()
  expect(patchAt({ x: 0.75, y: 0.5 }, [4, 4], crop)).toBeNull()
  expect(patchAt({ x: 0.26, y: 0.5 }, [4, 4], crop)?.column).toBe(0)
})

it('places patches, and finds each again in its own middle', () => {
  const crop = { left: 0.25, top: -0.1, width: 0.5, height: 1.2 }
  expect(patchBox(patchOf(0, [2, 2]), [2, 2], WHOLE)).toEqual({ left: 0, top: 0, width: 0.5, height: 0.5 })
  for (let index = 0; index < 12; index++) {
    const grid = [3, 4] as const
    expect(patchAt(patchCentre(patchOf(index, grid), grid, crop), grid, crop)?.index).toBe(index)
  }
})
