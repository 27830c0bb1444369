/** Which part of a matrix of square cells a canvas shows, and how large: zooming and panning as arithmetic. */

export interface Viewport {
  /** Edge of a cell, CSS pixels. */
  cell: number
  /** The cell at the upper left corner, with fractions. */
  x: number
  y: number
}

export interface Extent {
  width: number
  height: number
  /** Cells across and down. */
  columns: number
  rows: number
}

/** Largest edge of a cell in a matrix that is shown as a whole, and in one that was zoomed. */
const LARGEST_FITTED = 104
const LARGEST_CELL = 160

/** The whole matrix, as large as fits. */
export function fitted({ width, height, columns, rows }: Extent): Viewport {
  const cell = Math.min(LARGEST_FITTED, width / Math.max(1, columns), height / Math.max(1, rows))
  return { cell, x: 0, y: 0 }
}

/** The nearest allowed viewport: not smaller than the whole matrix, and not beyond its edges. */
export function clamped({ cell, x, y }: Viewport, extent: Extent): Viewport {
  const size = Math.min(LARGEST_CELL, Math.max(fitted(extent).cell, cell))
  const within = (start: number, length: number, cells: number) =>
    Math.min(Math.max(0, cells - length / size), Math.max(0, start))
  return { cell: size, x: within(x, extent.width, extent.columns), y: within(y, extent.height, extent.rows) }
}

/** Larger or smaller by a factor, the point (CSS pixels) staying where it is. */
export function zoomed(view: Viewport, factor: number, point: { x: number; y: number }, extent: Extent): Viewport {
  const cell = clamped({ ...view, cell: view.cell * factor }, extent).cell
  const start = (from: number, at: number) => from + at / view.cell - at / cell
  return clamped({ cell, x: start(view.x, point.x), y: start(view.y, point.y) }, extent)
}

/** Moved as little as needed for a cell to be in sight. */
export function revealing(view: Viewport, column: number, row: number, extent: Extent): Viewport {
  const shift = (start: number, at: number, length: number) =>
    at < start ? at : Math.max(start, at + 1 - length / view.cell)
  return clamped({ ...view, x: shift(view.x, column, extent.width), y: shift(view.y, row, extent.height) }, extent)
}

/** As it is written in an address: edge, column, row. */
export function writeViewport({ cell, x, y }: Viewport): string {
  return [cell, x, y].map((value) => Number(value.toFixed(4))).join('_')
}

/** Null for what is not a viewport. */
export function readViewport(text: string): Viewport | null {
  const [cell = NaN, x = NaN, y = NaN, ...rest] = text === '' ? [] : text.split('_').map(Number)
  return rest.length === 0 && [cell, x, y].every(Number.isFinite) && cell > 0 ? { cell, x, y } : null
}
