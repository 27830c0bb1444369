/** Where patches of a map lie on a picture, and in which of them a point is. */
import type { Region } from './model-region'
import type { Point } from './viewport'

export interface Patch {
  row: number
  column: number
  /** Row-major index in the grid. */
  index: number
}

/** The patch at a point of the picture; null outside what the model sees. */
export function patchAt({ x, y }: Point, [rows, columns]: readonly [number, number], region: Region): Patch | null {
  const column = Math.floor(((x - region.left) / region.width) * columns)
  const row = Math.floor(((y - region.top) / region.height) * rows)
  if (!(column >= 0 && column < columns && row >= 0 && row < rows)) return null
  return { row, column, index: row * columns + column }
}

/** The patch of an index. */
export function patchOf(index: number, [, columns]: readonly [number, number]): Patch {
  return { row: Math.floor(index / columns), column: index % columns, index }
}

/** The place of a patch in shares of the picture. */
export function patchBox({ row, column }: Patch, [rows, columns]: readonly [number, number], region: Region): Region {
  const [width, height] = [region.width / columns, region.height / rows]
  return { left: region.left + column * width, top: region.top + row * height, width, height }
}

/** The middle of a patch, in shares of the picture. */
export function patchCentre(patch: Patch, grid: readonly [number, number], region: Region): Point {
  const { left, top, width, height } = patchBox(patch, grid, region)
  return { x: left + width / 2, y: top + height / 2 }
}
