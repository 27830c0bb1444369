/** Names of a table's columns, also where the file does not give them. */
import { isImageName } from './image-names'

const CORNERS = ['x1', 'y1', 'x2', 'y2']

/** A first row with a file name in it is not a header. */
export function isHeadless(cells: readonly string[], isPath = isImageName): boolean {
  return cells.some((cell) => isPath(cell))
}

/**
 * The names in the first row; without a header by what the cells are: the path, four numbers in a row as the corners of a
 * box (RetinaNet's `path,x1,y1,x2,y2,class`, Tiny ImageNet's `path class x1 y1 x2 y2`), and the first other cell as label,
 * those behind the path before those in front of it, which are numbers of rows more often (CUB-200's `images.txt`).
 */
export function columnNames(cells: readonly string[], isPath = isImageName): string[] {
  if (!isHeadless(cells, isPath)) return unique(cells.map((cell, index) => cell.trim() || `column${index + 1}`))
  const path = cells.findIndex((cell) => isPath(cell))
  const box = boxStart(cells, path)
  const isBox = (index: number) => box !== null && index >= box && index < box + CORNERS.length
  const others = cells.flatMap((_, index) => (index !== path && !isBox(index) ? [index] : []))
  const label = others.find((index) => index > path) ?? others[0]
  return cells.map((_, index) => {
    if (index === path) return 'path'
    if (isBox(index)) return CORNERS[index - box!]!
    return index === label ? 'label' : `column${index + 1}`
  })
}

/** Where four numbers begin, in a row of path, box and class: RetinaNet's order first. An image without a box has empty cells. */
function boxStart(cells: readonly string[], path: number): number | null {
  if (path !== 0 || ![1, 2].includes(cells.length - CORNERS.length)) return null
  const corners = (start: number) => cells.slice(start, start + CORNERS.length)
  const isBox = (start: number) => {
    const values = corners(start)
    if (values.every((value) => value.trim() === '')) return cells.slice(1).every((cell) => cell.trim() === '')
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = values.map((value) => (value.trim() === '' ? NaN : Number(value)))
    return x2 > x1 && y2 > y1
  }
  return isBox(1) ? 1 : isBox(2) ? 2 : null
}

/** Of columns with the same name the later ones get a number, so that none is lost. */
function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
}
