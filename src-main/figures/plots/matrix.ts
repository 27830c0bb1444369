import sharp from 'sharp'
import { colorAt, colorize, cssColor, luminance, type Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { toPixels } from '@shared/figure/sizes'
import type { Drawn } from '../drawn'
import { verticalBar, verticalBarHeight, verticalBarWidth } from '../scene/color-bar'
import { fitted, measureTexts, textWidth } from '../scene/fonts'
import { onPixel, type Page } from '../scene/page'
import { image, INK, line, type Mark, MUTED, rect, text } from '../scene/scene'

export interface MatrixPlot {
  rows: string[]
  columns: string[]
  /** `[rows, columns]`; NaN is left empty. */
  values: ArrayLike<number>
  range: ScaleRange
  colormap: Colormap
  /** What the colours mean. */
  meaning: string
  rowTitle: string
  columnTitle: string
  /** Cells as tall as wide, where the figure has no height of its own. */
  square: boolean
  /** What is written into a cell; nothing where it does not fit. */
  cellText?: (row: number, column: number) => string
  /** Thin lines before these columns, and what stands over the columns from there to the next. */
  columnGroups?: { start: number; name: string }[]
}

/** With more cells than this the matrix is one picture, since viewers of SVG are slow with so many shapes. */
const MAX_SHAPES = 5000
const WIDEST_GUTTER = 0.34
const LINE = 1.3
const DARK = 0.18
/** Cells reach this far under the next one, in points: viewers leave hairlines between shapes that only touch. */
const UNDER_NEXT = 0.25

/** A matrix as a heatmap with its axes and colour bar. */
export async function drawMatrix(page: Page, plot: MatrixPlot): Promise<Drawn> {
  await measureTexts([...plot.rows, ...plot.columns], page.family)
  const frame = layout(page, plot)
  const marks: Mark[] = [
    ...(plot.rows.length * plot.columns.length > MAX_SHAPES
      ? [await cellPicture(page, plot, frame)]
      : cellShapes(page, plot, frame)),
    rect(frame.left, frame.top, frame.width, frame.height, { stroke: MUTED, strokeWidth: 0.4 }),
    ...groupMarks(page, plot, frame),
    ...rowLabels(page, plot, frame),
    ...columnLabels(page, plot, frame),
  ]
  const bar = { label: plot.meaning, colormap: plot.colormap, range: plot.range }
  const tall = verticalBarHeight(page, frame.height)
  marks.push(...(await verticalBar(page, bar, frame.left + frame.width + page.fontSize, frame.top, tall)))
  return { marks, height: Math.max(frame.bottom, frame.top + tall + page.fontSize * 0.5) }
}

interface Frame {
  left: number
  top: number
  width: number
  height: number
  cellWidth: number
  cellHeight: number
  /** Column labels stand upright, reading upward. */
  turned: boolean
  bottom: number
}

function layout(page: Page, { rows, columns, square, columnGroups }: MatrixPlot): Frame {
  const size = page.fontSize
  const widest = (labels: string[]) => Math.max(...labels.map((label) => textWidth(label, size, page.family)))
  const left = onPixel(page, Math.min(page.width * WIDEST_GUTTER, widest(rows) + size * 0.8) + size * LINE)
  const room = page.width - left - size - verticalBarWidth(page)
  const cellWidth = square ? Math.min(room / columns.length, size * 3.2) : room / columns.length
  const width = onPixel(page, cellWidth * columns.length)
  const numeric = columns.every((label) => /^\d+$/.test(label))
  const turned = !numeric && widest(columns) > cellWidth * 0.95
  const under = (turned ? Math.min(widest(columns), size * 12) + size * 0.8 : size * LINE) + size * LINE
  const top = onPixel(page, columnGroups ? size * LINE : size * 0.6)
  const wanted = square ? cellWidth : Math.max(size * LINE, Math.min(cellWidth, size * 2))
  const free = page.height === null ? Infinity : (page.height - top - under) / rows.length
  const height = onPixel(page, Math.max(1, Math.min(wanted, free)) * rows.length)
  return { left, top, width, height, cellWidth, cellHeight: height / rows.length, turned, bottom: top + height + under }
}

function cellShapes(page: Page, plot: MatrixPlot, frame: Frame): Mark[] {
  const marks: Mark[] = []
  const across = plot.columns.length
  const edgeX = (column: number) => onPixel(page, frame.left + column * frame.cellWidth)
  const edgeY = (row: number) => onPixel(page, frame.top + row * frame.cellHeight)
  const valueAt = (row: number, column: number) => plot.values[row * across + column]!
  const reach = (row: number, column: number) =>
    row < plot.rows.length && column < across && !Number.isNaN(valueAt(row, column)) ? UNDER_NEXT : 0
  for (let row = 0; row < plot.rows.length; row++) {
    for (let column = 0; column < across; column++) {
      const value = valueAt(row, column)
      if (Number.isNaN(value)) continue
      const [x, y] = [edgeX(column), edgeY(row)]
      const [width, height] = [edgeX(column + 1) - x, edgeY(row + 1) - y]
      const position = place(value, plot.range)
      const fill = cssColor(plot.colormap, position).replaceAll(' ', ',')
      marks.push(rect(x, y, width + reach(row, column + 1), height + reach(row + 1, column), { fill }))
      const words = plot.cellText?.(row, column) ?? ''
      const size = Math.min(page.fontSize * 0.85, height * 0.7)
      if (words === '' || size < 3 || textWidth(words, size, page.family) > width * 0.94) continue
      const light = luminance(colorAt(plot.colormap, position)) < DARK
      marks.push(
        text(x + width / 2, y + height / 2 + size * 0.36, words, size, {
          anchor: 'middle',
          color: light ? '#ffffff' : INK,
        }),
      )
    }
  }
  return marks
}

async function cellPicture(page: Page, plot: MatrixPlot, frame: Frame): Promise<Mark> {
  const pixels = colorize(Float32Array.from(plot.values), plot.range, plot.colormap)
  const png = await sharp(pixels, { raw: { width: plot.columns.length, height: plot.rows.length, channels: 4 } })
    .resize(toPixels(frame.width, page.pictureDpi), toPixels(frame.height, page.pictureDpi), {
      fit: 'fill',
      kernel: 'nearest',
    })
    .removeAlpha()
    .png()
    .toBuffer()
  return image(
    frame.left,
    frame.top,
    frame.width,
    frame.height,
    png,
    `${plot.meaning} by ${plot.rowTitle} and ${plot.columnTitle}`,
  )
}

function groupMarks(page: Page, { columnGroups = [], columns }: MatrixPlot, frame: Frame): Mark[] {
  const size = page.fontSize * 0.9
  return columnGroups.flatMap(({ start, name }, index) => {
    const end = columnGroups[index + 1]?.start ?? columns.length
    const from = onPixel(page, frame.left + start * frame.cellWidth)
    const room = (end - start) * frame.cellWidth
    const middle = frame.left + ((start + end) / 2) * frame.cellWidth
    return [
      ...(start === 0 ? [] : [line(from, frame.top, from, frame.top + frame.height, '#ffffff', 0.9)]),
      text(middle, frame.top - size * 0.4, fitted(name, room, size, page.family), size, {
        anchor: 'middle',
        color: MUTED,
      }),
    ]
  })
}

function rowLabels(page: Page, { rows, rowTitle }: MatrixPlot, frame: Frame): Mark[] {
  const size = page.fontSize
  const every = Math.max(1, Math.ceil((size * 1.1) / frame.cellHeight))
  const room = frame.left - size * (LINE + 0.4)
  return [
    ...rows.flatMap((label, row) =>
      row % every !== 0
        ? []
        : [
            text(
              frame.left - size * 0.4,
              frame.top + (row + 0.5) * frame.cellHeight + size * 0.35,
              fitted(label, room, size, page.family),
              size,
              { anchor: 'end' },
            ),
          ],
    ),
    text(size, frame.top + frame.height / 2, rowTitle, size, { anchor: 'middle', rotate: 90, color: MUTED }),
  ]
}

function columnLabels(page: Page, { columns, columnTitle }: MatrixPlot, frame: Frame): Mark[] {
  const size = page.fontSize
  const foot = frame.top + frame.height
  const wide = Math.max(...columns.map((label) => textWidth(label, size, page.family))) + size * 0.4
  const every = frame.turned
    ? Math.max(1, Math.ceil((size * 1.1) / frame.cellWidth))
    : Math.max(1, Math.ceil(wide / frame.cellWidth))
  return [
    ...columns.flatMap((label, column) => {
      if (column % every !== 0) return []
      const x = frame.left + (column + 0.5) * frame.cellWidth
      return frame.turned
        ? [
            text(x + size * 0.35, foot + size * 0.5, fitted(label, size * 12, size, page.family), size, {
              anchor: 'end',
              rotate: 90,
            }),
          ]
        : [text(x, foot + size * 1.15, label, size, { anchor: 'middle' })]
    }),
    text(frame.left + frame.width / 2, frame.bottom - size * 0.25, columnTitle, size, {
      anchor: 'middle',
      color: MUTED,
    }),
  ]
}

function place(value: number, { low, high }: ScaleRange): number {
  return high > low ? (value - low) / (high - low) : 0
}
