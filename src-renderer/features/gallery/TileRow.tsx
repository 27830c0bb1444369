import { type RunInfo, type SampleRow, imageUrls } from '@shared/api'
import type { ScaleId, ScaleRange } from '@shared/heatmap/scale'
import type { MethodId } from '@shared/methods'
import { memo, useEffect, useRef } from 'react'
import { useRowMarks } from '../../api/annotation-queries'
import { knownPicture, loadPicture } from '../../api/picture-cache'
import { useGridRow, useGridRowMaps } from '../../api/row-queries'
import { mapRange } from '../../heatmap/map-range'
import { dropPaint, queuePaint } from '../../heatmap/paint-queue'
import { type TileStyle, paintTile } from '../../heatmap/tile-painter'
import { TileCell } from './TileCell'
import type { Terms } from './TileMarks'
import classes from './TileRow.module.css'

export interface TileRowProps {
  run: RunInfo
  ids: Uint32Array<ArrayBuffer>
  /** Place of the first of them in the result. */
  start: number
  /** Of this row in the grid, from 1. */
  rowIndex: number
  /** Upper edge in the grid, CSS pixels. */
  top: number
  /** Edge of a tile, and the space between two. */
  tile: number
  gap: number
  /** Null draws no overlay. */
  method: MethodId | null
  scale: ScaleId
  sharedRange: ScaleRange | null
  style: TileStyle
  /** Column of the active tile, -1 where it is in another row. */
  active: number
  /** A `1` for each chosen sample, a `0` for each other. */
  chosen: string
  terms: Terms
}

/**
 * One row of tiles. Names and numbers are elements; pictures and maps are drawn on one canvas, outside of React, as they
 * arrive.
 */
export const TileRow = memo(function TileRow(props: TileRowProps) {
  const { run, ids, start, rowIndex, top, tile, gap, method, active, chosen, terms } = props
  const rows = useGridRow(run.id, ids).data
  const marks = useRowMarks(ids).data
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = ids.length * (tile + gap) - gap
  useRowPictures(canvas, props, rows)
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, gap, width }}
    >
      {Array.from(ids, (id, column) => (
        <TileCell
          key={column}
          run={run}
          row={rows?.get(id)}
          place={start + column}
          column={column}
          tile={tile}
          active={column === active}
          chosen={chosen[column] === '1'}
          marks={marks?.get(id)}
          terms={terms}
        />
      ))}
      <canvas
        ref={canvas}
        className={classes.pictures}
        style={{ width, height: tile }}
        data-method={method ?? undefined}
        aria-hidden
      />
    </div>
  )
})

/** Thumbnails of this many pixels suffice up to this edge of a tile. */
const SMALL_THUMBNAIL = 160

function useRowPictures(
  ref: React.RefObject<HTMLCanvasElement | null>,
  props: TileRowProps,
  rows: Map<number, SampleRow> | undefined,
): void {
  const { run, ids, tile, gap, method, scale, sharedRange, style } = props
  const maps = useGridRowMaps(run.id, ids, method).data
  const ratio = Math.min(2, devicePixelRatio)
  const size = tile * ratio > SMALL_THUMBNAIL ? 320 : SMALL_THUMBNAIL

  /** A key of each tile's drawing, for the queue. */
  const keys = useRef<object[]>([])
  const paint = useRef<(column: number) => void>(() => undefined)

  useEffect(() => {
    const canvas = ref.current
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    canvas.width = Math.round((ids.length * (tile + gap) - gap) * ratio)
    canvas.height = Math.round(tile * ratio)
    keys.current = Array.from(ids, () => ({}))
    const paintColumn = (column: number) => {
      const row = rows?.get(ids[column] ?? -1)
      if (!row || row.error !== null) return
      const map = (method !== null && maps?.get(row.id)) || null
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      paintTile(
        context,
        column * (tile + gap),
        tile,
        {
          picture: knownPicture(imageUrls.thumbnail(run.id, row.id, size)),
          width: row.width,
          height: row.height,
          map,
          range: mapRange(map, scale, sharedRange),
        },
        style,
      )
    }
    const queue = (column: number) => queuePaint(keys.current[column] ?? canvas, () => paintColumn(column))
    paint.current = queue
    for (const column of ids.keys()) queue(column)
    return () => keys.current.forEach(dropPaint)
  }, [gap, ids, maps, method, ratio, ref, rows, run.id, scale, sharedRange, size, style, tile])

  useEffect(() => {
    const passed = new AbortController()
    for (const [column, id] of ids.entries()) {
      const row = rows?.get(id)
      const url = imageUrls.thumbnail(run.id, id, size)
      if (!row || row.error !== null || knownPicture(url)) continue
      // A thumbnail that cannot be had leaves its tile empty; the sample's own screen says why.
      loadPicture(url, passed.signal).then(
        () => !passed.signal.aborted && paint.current(column),
        () => undefined,
      )
    }
    return () => passed.abort()
  }, [ids, rows, run.id, size])
}
