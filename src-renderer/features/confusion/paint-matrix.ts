/** Drawing of a confusion matrix on a canvas: from less than a pixel a cell up to cells with numbers in them. */
import { type Colormap, colorAt, luminance } from '@shared/heatmap/colormap'
import { shortenedText } from '../../heatmap/shortened-text'
import type { Viewport } from './viewport'

export interface MatrixCell {
  row: number
  column: number
  /** Place in the colormap, 0 to 1; null for a cell that takes no part in it. */
  position: number | null
  /** What is written in it where there is room. */
  text: () => string
}

export interface Painted {
  /** Pixels of the screen a CSS pixel. */
  ratio: number
  /** By rising position: where cells share a pixel, the highest is seen. */
  cells: readonly MatrixCell[]
  rowNames: readonly string[]
  columnNames: readonly string[]
  /** The row before which a rule is drawn; null for none. */
  rule: number | null
  view: Viewport
  /** CSS pixels of the canvas, and of the part of it that holds the cells. */
  width: number
  height: number
  left: number
  top: number
  colormap: Colormap
  ink: string
  font: string
}

/** From this edge on, lines separate the cells. */
const GRID_FROM = 9
const TEXT_FROM = 26
const NAME_PIXELS = 13
/** How thick the rule is, CSS pixels. */
const RULE = 2
/** Keeps the lowest value distinguishable from no value. */
const LOWEST = 0.1

const UNCOLOURED = [128, 128, 128, 70] as const
const EMPTY = [128, 128, 128, 18] as const

export function paintMatrix(canvas: HTMLCanvasElement, painted: Painted): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const { ratio } = painted
  canvas.width = Math.round(painted.width * ratio)
  canvas.height = Math.round(painted.height * ratio)
  paintCells(context, painted, ratio)
  context.scale(ratio, ratio)
  context.font = painted.font
  paintTexts(context, painted)
  paintNames(context, painted)
  paintRule(context, painted)
}

function paintCells(context: CanvasRenderingContext2D, painted: Painted, ratio: number): void {
  const { cells, view, rowNames, columnNames, left, top, colormap } = painted
  const [width, height] = [painted.width - left, painted.height - top].map((size) => Math.round(size * ratio)) as [
    number,
    number,
  ]
  if (width <= 0 || height <= 0) return
  const image = new ImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  const gap = view.cell >= GRID_FROM ? Math.round(ratio) : 0
  const edge = (index: number, start: number) => Math.round((index - start) * view.cell * ratio)
  const fill = (row: number, column: number, [red, green, blue, alpha]: readonly [number, number, number, number]) => {
    const from = Math.max(0, edge(column, view.x))
    const to = Math.min(width, Math.max(from + 1, edge(column + 1, view.x) - gap))
    const last = Math.min(height, Math.max(edge(row, view.y) + 1, edge(row + 1, view.y) - gap))
    const colour = (alpha << 24) | (blue << 16) | (green << 8) | red
    for (let y = Math.max(0, edge(row, view.y)); y < last; y++) pixels.fill(colour, y * width + from, y * width + to)
  }
  if (gap > 0) {
    const end = (start: number, size: number, count: number) =>
      Math.min(count, Math.ceil(start + size / ratio / view.cell))
    const lastColumn = end(view.x, width, columnNames.length)
    for (let row = Math.floor(view.y); row < end(view.y, height, rowNames.length); row++) {
      for (let column = Math.floor(view.x); column < lastColumn; column++) fill(row, column, EMPTY)
    }
  }
  for (const { row, column, position } of cells) {
    if (row + 1 < view.y || column + 1 < view.x) continue
    if (edge(row, view.y) >= height || edge(column, view.x) >= width) continue
    fill(row, column, position === null ? UNCOLOURED : [...colorAt(colormap, lifted(position)), 255])
  }
  context.putImageData(image, Math.round(left * ratio), Math.round(top * ratio))
}

function paintTexts(
  context: CanvasRenderingContext2D,
  { cells, view, left, top, width, height, colormap, ink }: Painted,
) {
  if (view.cell < TEXT_FROM) return
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const { row, column, position, text } of cells) {
    const [x, y] = [(column - view.x + 0.5) * view.cell, (row - view.y + 0.5) * view.cell]
    if (x < 0 || y < 0 || x > width - left || y > height - top) continue
    const dark = position !== null && luminance(colorAt(colormap, lifted(position))) <= 0.18
    context.fillStyle = position === null ? ink : dark ? '#fff' : '#000'
    context.fillText(text(), left + x, top + y, view.cell - 4)
  }
}

/** Names of rows and columns, as many as can be read. */
function paintNames(context: CanvasRenderingContext2D, painted: Painted): void {
  const { rowNames, columnNames, view, left, top, width, height, ink } = painted
  const step = Math.max(1, Math.ceil(NAME_PIXELS / view.cell))
  const upright = !namesFit(context, columnNames, view.cell)
  context.fillStyle = ink
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (let index = 0; index < rowNames.length; index += step) {
    const y = (index - view.y + 0.5) * view.cell
    if (y < 0 || y > height - top) continue
    context.fillText(shortenedText(context, rowNames[index] ?? '', left - 12), left - 7, top + y)
  }
  context.textAlign = upright ? 'left' : 'center'
  context.textBaseline = upright ? 'middle' : 'alphabetic'
  for (let index = 0; index < columnNames.length; index += step) {
    const name = columnNames[index] ?? ''
    const x = (index - view.x + 0.5) * view.cell
    if (x < 0 || x > width - left) continue
    context.save()
    context.translate(left + x, top - 7)
    if (upright) context.rotate(-Math.PI / 2)
    context.fillText(upright ? shortenedText(context, name, top - 12) : name, 0, 0)
    context.restore()
  }
}

/** Between the rows of classes and those of labels without one, through the names as well. */
function paintRule(context: CanvasRenderingContext2D, painted: Painted): void {
  const { rule, view, columnNames, left, top, width, height, ink } = painted
  if (rule === null) return
  const y = (rule - view.y) * view.cell
  if (y < 0 || y > height - top) return
  context.fillStyle = ink
  context.fillRect(0, top + y - RULE, Math.min(width, left + (columnNames.length - view.x) * view.cell), RULE)
}

/** Whether the names of the columns can lie over cells of this edge. */
export function namesFit(context: CanvasRenderingContext2D, names: readonly string[], cell: number): boolean {
  return names.every((name) => context.measureText(name).width <= cell - 4)
}

const lifted = (position: number) => LOWEST + (1 - LOWEST) * position
