import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import {
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { groundedColormap } from '../../heatmap/grounded-colormap'
import classes from './ConfusionMatrix.module.css'
import type { Cell, ConfusionPlot } from './confusion-plot'
import { paintMatrix } from './paint-matrix'
import { usePixelRatio } from '../../ui/pixel-ratio'
import { type Extent, type Viewport, clamped, fitted, revealing, zoomed } from './viewport'

/** What a screen can do with its matrix. */
export interface MatrixHandle {
  /** Larger or smaller, around the middle. */
  zoom(factor: number): void
}

interface ConfusionMatrixProps {
  plot: ConfusionPlot
  /** The cell of the cursor, as class indexes. */
  cell: Cell | null
  onCell: (cell: Cell) => void
  onOpen: (cell: Cell) => void
  /** Null shows all of it. */
  view: Viewport | null
  onView: (view: Viewport | null) => void
  ref: Ref<MatrixHandle>
}

/** What the columns are, in the corner. */
const COLUMNS = 'Prediction →'

const WIDEST_NAMES = 150
const HIGHEST_NAMES = 120
/** The widest of a thousand names is among the longest ones. */
const MEASURED_NAMES = 50
/** A pointer that moved less than this was a click. */
const STILL_PIXELS = 4
const WHEEL = 0.0016

/** The matrix itself: a canvas that is zoomed by the wheel and dragged, with a cursor that keys move from cell to cell. */
export function ConfusionMatrix({ plot, cell, onCell, onOpen, view: wanted, onView, ref }: ConfusionMatrixProps) {
  const { ref: stage, width, height } = useElementSize()
  const canvas = useRef<HTMLCanvasElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; y: number; from: Viewport; moved: boolean } | null>(null)
  const [pointed, setPointed] = useState<{ cell: Cell; x: number; y: number } | null>(null)
  const scheme = useComputedColorScheme('light')
  const { rowNames, columnNames, rule } = plot
  const gutter = useMemo(() => gutters(plot, width, height), [plot, width, height])
  const extent: Extent = useMemo(
    () => ({
      width: Math.max(1, width - gutter.left),
      height: Math.max(1, height - gutter.top),
      columns: columnNames.length,
      rows: rowNames.length,
    }),
    [width, height, gutter, columnNames.length, rowNames.length],
  )
  const view = useMemo(() => (wanted ? clamped(wanted, extent) : fitted(extent)), [wanted, extent])
  const latest = useRef({ view, extent, onView })
  useLayoutEffect(() => {
    latest.current = { view, extent, onView }
  })

  const ratio = usePixelRatio()
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return
    const style = getComputedStyle(canvas.current)
    paintMatrix(canvas.current, {
      ratio,
      cells: plot.cells,
      rowNames,
      columnNames,
      rule,
      view,
      width,
      height,
      ...gutter,
      colormap: groundedColormap(scheme),
      ink: style.color,
      font: `11px ${style.fontFamily}`,
    })
  }, [plot, rowNames, columnNames, rule, view, width, height, gutter, scheme, ratio])

  useEffect(() => {
    const element = grid.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { view: from, extent: within, onView: tell } = latest.current
      const point = { x: event.offsetX, y: event.offsetY }
      if (event.shiftKey)
        return tell(clamped({ ...from, x: from.x + (event.deltaX || event.deltaY) / from.cell }, within))
      tell(settled(zoomed(from, Math.exp(-event.deltaY * WHEEL), point, within), within))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])
  useImperativeHandle(ref, () => ({
    zoom(factor) {
      const { view: from, extent: within, onView: tell } = latest.current
      tell(settled(zoomed(from, factor, { x: within.width / 2, y: within.height / 2 }, within), within))
    },
  }))

  const cellAt = (event: PointerEvent): Cell | null => {
    const box = event.currentTarget.getBoundingClientRect()
    const label = plot.rows[Math.floor(view.y + (event.clientY - box.top) / view.cell)]
    const prediction = plot.columns[Math.floor(view.x + (event.clientX - box.left) / view.cell)]
    return label === undefined || prediction === undefined ? null : { label, prediction }
  }
  const moveTo = (next: Cell) => {
    onCell(next)
    const shown = revealing(view, plot.column(next.prediction), plot.row(next.label), extent)
    if (shown.x !== view.x || shown.y !== view.y) onView(shown)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!cell) return
    if (event.key === 'Enter') {
      event.preventDefault()
      return onOpen(cell)
    }
    const next = neighbour(plot, cell, event.key)
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    moveTo(next)
  }
  const column = cell ? plot.column(cell.prediction) : -1
  const row = cell ? plot.row(cell.label) : -1
  const cursor = {
    left: (column - view.x) * view.cell,
    top: (row - view.y) * view.cell,
    width: Math.max(3, view.cell),
    height: Math.max(3, view.cell),
  }
  return (
    <div ref={stage} className={classes.stage}>
      <canvas ref={canvas} className={classes.canvas} aria-hidden />
      <span className={classes.corner} style={{ width: gutter.left, height: gutter.top }} aria-hidden>
        <span>{COLUMNS}</span>
        <span>Label ↓</span>
      </span>
      <div
        ref={grid}
        className={classes.cells}
        style={{ left: gutter.left, top: gutter.top }}
        role="grid"
        aria-label="Confusion matrix"
        aria-rowcount={rowNames.length}
        aria-colcount={columnNames.length}
        aria-activedescendant={cell ? 'confusion-cursor' : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          drag.current = { x: event.clientX, y: event.clientY, from: view, moved: false }
        }}
        onPointerMove={(event) => {
          const held = drag.current
          const [dx, dy] = held ? [event.clientX - held.x, event.clientY - held.y] : [0, 0]
          if (held && (held.moved || Math.hypot(dx, dy) > STILL_PIXELS)) {
            held.moved = true
            setPointed(null)
            const { from } = held
            return onView(
              settled(clamped({ ...from, x: from.x - dx / from.cell, y: from.y - dy / from.cell }, extent), extent),
            )
          }
          const at = cellAt(event)
          const box = event.currentTarget.getBoundingClientRect()
          setPointed(at && { cell: at, x: event.clientX - box.left, y: event.clientY - box.top })
        }}
        onPointerUp={(event) => {
          const at = drag.current?.moved ? null : cellAt(event)
          drag.current = null
          if (at) onCell(at)
        }}
        onPointerLeave={() => setPointed(null)}
        onDoubleClick={() => cell && onOpen(cell)}
      >
        {cell && (
          <div role="row" aria-rowindex={row + 1}>
            <div
              id="confusion-cursor"
              role="gridcell"
              aria-colindex={column + 1}
              aria-selected
              aria-label={plot.describe(cell)}
              className={classes.cursor}
              style={cursor}
            />
          </div>
        )}
        {pointed && (
          <div
            className={classes.tip}
            style={{
              left: pointed.x,
              top: pointed.y,
              translate: `${pointed.x > extent.width / 2 ? 'calc(-100% - 12px)' : '12px'} ${pointed.y > extent.height / 2 ? 'calc(-100% - 12px)' : '12px'}`,
            }}
            aria-hidden
          >
            {plot.describe(pointed.cell)}
          </div>
        )}
      </div>
    </div>
  )
}

/** Null where all is in sight, so that it stays so when the window changes. */
function settled(view: Viewport, extent: Extent): Viewport | null {
  return view.cell <= fitted(extent).cell * 1.001 ? null : view
}

const STEPS: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

function neighbour(plot: ConfusionPlot, cell: Cell, key: string): Cell | null {
  const [rows, columns] = STEPS[key] ?? [0, 0]
  const label = plot.rows[plot.row(cell.label) + rows]
  const prediction = plot.columns[plot.column(cell.prediction) + columns]
  if ((rows === 0 && columns === 0) || label === undefined || prediction === undefined) return null
  return { label, prediction }
}

/** Room for the names of rows and columns, CSS pixels. */
function gutters({ rowNames, columnNames }: ConfusionPlot, width: number, height: number) {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return { left: 0, top: 0 }
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`
  const widestOf = (names: readonly string[]) => {
    const longest = names.toSorted((a, b) => b.length - a.length).slice(0, MEASURED_NAMES)
    return Math.max(40, ...longest.map((name) => context.measureText(name).width)) + 14
  }
  const corner = context.measureText(COLUMNS).width + 14
  const left = Math.ceil(Math.min(WIDEST_NAMES, Math.max(corner, widestOf(rowNames))))
  const widest = widestOf(columnNames)
  const edge = Math.min(width, height) - left
  const { cell } = fitted({ width: edge, height: edge, columns: columnNames.length, rows: rowNames.length })
  return { left, top: widest <= cell + 10 ? 34 : Math.round(Math.min(HIGHEST_NAMES, widest)) }
}
