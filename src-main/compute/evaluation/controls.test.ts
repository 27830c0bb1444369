import { expect, test } from 'vitest'
import { candidate } from './measurement'
import { controlMap } from './controls'

const grids: [number, number][] = [
  [14, 14],
  [37, 37],
  [8, 12],
  [7, 20],
]

test.each(grids)(
  'in a grid of %i x %i the Gaussian ties patches as far from the middle, and orders all others',
  (rows, columns) => {
    const map = controlMap('centre', [rows, columns], 0)
    // Squares of distances in sides, as whole numbers: a double of exp tells some of the equal ones apart.
    const distance = (patch: number) => {
      const [y, x] = [2 * Math.floor(patch / columns) - rows + 1, 2 * (patch % columns) - columns + 1]
      return (y * columns) ** 2 + (x * rows) ** 2
    }
    const byDistance = [...map.keys()].sort((a, b) => distance(a) - distance(b) || a - b)
    expect([...candidate(map)!.order]).toEqual(byDistance)
    const distances = new Set([...map.keys()].map(distance))
    expect(new Set(map).size).toBe(distances.size)
  },
)
