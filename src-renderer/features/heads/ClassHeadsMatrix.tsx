import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { HeadGroup } from '@shared/api'
import { type Colormap, colorize } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef, useState } from 'react'
import type { ClassHeadsPlot } from './class-heads-plot'
import { shortenedText } from '../../heatmap/shortened-text'
import classes from './ClassHeadsMatrix.module.css'
import type { HeadId } from '../../shared/heads/head-id'
import { usePixelRatio } from '../../ui/pixel-ratio'

interface ClassHeadsMatrixProps {
  plot: ClassHeadsPlot
  groups: readonly HeadGroup[]
  /** Heads of a layer. */
  heads: number
  range: ScaleRange
  colormap: Colormap
  onOpen: (group: HeadGroup, head: HeadId) => void
}

/** A place among the rows and columns as they are shown. */
interface Place {
  row: number
  column: number
}

const NAMES = 132
const HEADING = 30
const TALLEST = 40
const SHORTEST = 12
const NAME_PIXELS = 12

/** The matrix on a canvas as high as what is in sight; a cursor that keys move says each cell in words. */
export function ClassHeadsMatrix({ plot, groups, heads, range, colormap, onOpen }: ClassHeadsMatrixProps) {
  const { ref: scroller, width, height } = useElementSize()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [top, setTop] = useState(0)
  const [cursor, setCursor] = useState<Place>({ row: 0, column: 0 })
  const [pointed, setPointed] = useState<Place | null>(null)
  const scheme = useComputedColorScheme('light')
  const { rows, columns } = plot
  const rowHeight = Math.max(SHORTEST, Math.min(TALLEST, (height - HEADING) / rows.length))
  const cellWidth = Math.max(1, (width - NAMES) / columns.length)

  const ratio = usePixelRatio()
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return
    paint(canvas.current, { ratio, plot, groups, heads, range, colormap, width, height, top, rowHeight, cellWidth })
  }, [plot, groups, heads, range, colormap, width, height, top, rowHeight, cellWidth, scheme, ratio])

  const headAt = (column: number): HeadId => {
    const index = columns[column]!
    return { layer: Math.floor(index / heads), head: index % heads }
  }
  const describe = ({ row, column }: Place) => {
    const group = groups[rows[row]!]
    const { layer, head } = headAt(column)
    const mean = group?.mean[columns[column]!] ?? NaN
    const value = plot.values[rows[row]! * plot.size + columns[column]!]!
    return `${group?.name}, layer ${layer}, head ${head}: ${value.toFixed(3)} (mean weight ${mean.toFixed(3)})`
  }
  const placeAt = (event: MouseEvent): Place | null => {
    const box = event.currentTarget.getBoundingClientRect()
    const column = Math.floor((event.clientX - box.left - NAMES) / cellWidth)
    const row = Math.floor((event.clientY - box.top - HEADING) / rowHeight)
    return column < 0 || row < 0 || column >= columns.length || row >= rows.length ? null : { row, column }
  }
  const open = ({ row, column }: Place) => {
    const group = groups[rows[row]!]
    if (group) onOpen(group, headAt(column))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') return open(cursor)
    const [down, right] = STEPS[event.key] ?? [0, 0]
    if (down === 0 && right === 0) return
    event.preventDefault()
    const next = {
      row: Math.min(rows.length - 1, Math.max(0, cursor.row + down)),
      column: Math.min(columns.length - 1, Math.max(0, cursor.column + right)),
    }
    setCursor(next)
    setPointed(null)
    const y = HEADING + next.row * rowHeight
    const box = event.currentTarget.parentElement
    if (!box) return
    if (y < box.scrollTop + HEADING) box.scrollTo({ top: y - HEADING })
    else if (y + rowHeight > box.scrollTop + height) box.scrollTo({ top: y + rowHeight - height })
  }
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        style={{ maxHeight: HEADING + rows.length * TALLEST }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div
          className={classes.whole}
          style={{ height: HEADING + rows.length * rowHeight }}
          role="grid"
          aria-label="Classes by heads"
          aria-rowcount={rows.length}
          aria-colcount={columns.length}
          aria-activedescendant="class-heads-cursor"
          tabIndex={0}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setPointed(placeAt(event))}
          onPointerLeave={() => setPointed(null)}
          onClick={(event) => {
            const at = placeAt(event)
            if (at) open(at)
          }}
        >
          <canvas ref={canvas} className={classes.canvas} style={{ height }} aria-hidden />
          <div role="row" aria-rowindex={cursor.row + 1}>
            <div
              id="class-heads-cursor"
              role="gridcell"
              aria-colindex={cursor.column + 1}
              aria-label={describe(cursor)}
              className={classes.cursor}
              style={{
                left: NAMES + cursor.column * cellWidth,
                top: HEADING + cursor.row * rowHeight,
                width: cellWidth,
                height: rowHeight,
              }}
            />
          </div>
        </div>
      </div>
      <p className={classes.told} aria-hidden>
        {describe(pointed ?? cursor)}
      </p>
    </div>
  )
}

const STEPS: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
}

type Painted = Omit<ClassHeadsMatrixProps, 'onOpen'> & {
  /** Pixels of the screen a CSS pixel. */
  ratio: number
  width: number
  height: number
  /** Pixels that are scrolled away. */
  top: number
  rowHeight: number
  cellWidth: number
}

function paint(canvas: HTMLCanvasElement, painted: Painted): void {
  const { ratio, plot, groups, heads, range, colormap, width, height, top, rowHeight, cellWidth } = painted
  const { rows, columns, values, size } = plot
  const context = canvas.getContext('2d')
  if (!context) return
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  context.scale(ratio, ratio)
  const style = getComputedStyle(canvas)
  context.font = `11px ${style.fontFamily}`
  const first = Math.floor(top / rowHeight)
  const last = Math.min(rows.length, Math.ceil((top + height - HEADING) / rowHeight))
  const gap = cellWidth >= 5 ? 1 : 0
  const snap = (value: number) => Math.round(value * ratio) / ratio
  context.textBaseline = 'middle'
  for (let row = first; row < last; row++) {
    const y = HEADING + row * rowHeight - top
    const from = rows[row]! * size
    const pixels = colorize(
      Float32Array.from(columns, (column) => values[from + column]!),
      range,
      colormap,
    )
    columns.forEach((_, column) => {
      const [x, next] = [snap(NAMES + column * cellWidth), snap(NAMES + (column + 1) * cellWidth)]
      context.fillStyle = `rgb(${pixels[column * 4]} ${pixels[column * 4 + 1]} ${pixels[column * 4 + 2]})`
      context.fillRect(x, snap(y), next - x - gap, snap(y + rowHeight) - snap(y) - 1)
    })
    context.fillStyle = style.color
    context.textAlign = 'right'
    context.fillText(shortenedText(context, groups[rows[row]!]?.name ?? '', NAMES - 14), NAMES - 8, y + rowHeight / 2)
  }
  // Headings over what was scrolled below them.
  context.clearRect(0, 0, width, HEADING - 1)
  context.textAlign = 'center'
  const step = Math.max(1, Math.ceil((NAME_PIXELS * 2.2) / cellWidth))
  columns.forEach((index, column) => {
    if (column % step !== 0) return
    const name = `${Math.floor(index / heads)}.${index % heads}`
    context.fillText(name, NAMES + (column + 0.5) * cellWidth, HEADING - 11)
  })
}
