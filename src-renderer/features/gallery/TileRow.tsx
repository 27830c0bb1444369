import { type RunInfo, type SampleRow, type TargetPolicy, imageUrls } from '@shared/api'
import type { ScaleId, ScaleRange } from '@shared/heatmap/scale'
import type { MethodId } from '@headlight/explain/methods'
import { memo, useCallback, useEffect, useRef } from 'react'
import { useRowMarks } from '../../api/annotation-queries'
import { knownPicture, loadPicture } from '../../api/picture-cache'
import { useGridRow, useGridRowMaps } from '../../api/row-queries'
import { usePixelRatio } from '../../ui/pixel-ratio'
import { type TileMap, useTargetMaps } from '../../api/target-maps'
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
  /** What maps are computed for on demand; null draws those of the run. */
  target: TargetPolicy | null
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
  const { run, ids, start, rowIndex, top, tile, gap, method, target, active, chosen, terms } = props
  const rows = useGridRow(run.id, ids).data
  const marks = useRowMarks(ids).data
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = ids.length * (tile + gap) - gap
  const rank = useCallback(() => distanceInSight(canvas.current), [])
  const computed = useTargetMaps({ run, ids, rows, method, target, rank })
  useRowPictures(canvas, props, rows, computed)
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
          overlay={overlayOf(computed.get(id))}
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

const mapOf = (known: TileMap | undefined) => (known && known !== 'computing' && 'map' in known ? known.map : null)

const detectionOf = (known: TileMap | undefined) =>
  known && known !== 'computing' && 'map' in known ? known.detection : undefined

/** What a tile says of a map that is not there: 'computing', or why there is none; '' for nothing to say. */
function overlayOf(known: TileMap | undefined): string {
  if (known === undefined || known === 'computing') return known ?? ''
  return 'without' in known ? known.without : ''
}

/** Rows in sight from the top down, then those that are about to come into sight. */
function distanceInSight(canvas: HTMLCanvasElement | null): number {
  const grid = canvas?.closest('[role=grid]')?.getBoundingClientRect()
  const box = canvas?.getBoundingClientRect()
  if (!grid || !box) return Infinity
  const isInSight = box.bottom > grid.top && box.top < grid.bottom
  return isInSight ? box.top - grid.top : grid.height + Math.abs(box.top - grid.top)
}

/** Thumbnails of this many pixels suffice up to this edge of a tile. */
const SMALL_THUMBNAIL = 160

function useRowPictures(
  ref: React.RefObject<HTMLCanvasElement | null>,
  props: TileRowProps,
  rows: Map<number, SampleRow> | undefined,
  computed: ReadonlyMap<number, TileMap>,
): void {
  const { run, ids, tile, gap, method, target, scale, sharedRange, style } = props
  const stored = useGridRowMaps(run.id, ids, target ? null : method).data
  const ratio = Math.min(2, usePixelRatio())
  const size = tile * ratio > SMALL_THUMBNAIL ? 320 : SMALL_THUMBNAIL

  /** A key of each tile's drawing, for the queue. */
  const keys = useRef<object[]>([])
  const paint = useRef<(column: number) => void>(() => undefined)
  const arrived = useRef(computed)

  useEffect(() => {
    const canvas = ref.current
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    canvas.width = Math.round((ids.length * (tile + gap) - gap) * ratio)
    canvas.height = Math.round(tile * ratio)
    keys.current = Array.from(ids, () => ({}))
    const paintColumn = (column: number) => {
      const row = rows?.get(ids[column]!)
      if (!row || row.error !== null) return
      const aimed = target ? arrived.current.get(row.id) : undefined
      const map = (method !== null && (target ? mapOf(aimed) : stored?.get(row.id))) || null
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
          detection: target ? detectionOf(aimed) : row.detection,
        },
        style,
      )
    }
    const queue = (column: number) => queuePaint(keys.current[column] ?? canvas, () => paintColumn(column))
    paint.current = queue
    for (const column of ids.keys()) queue(column)
    return () => keys.current.forEach(dropPaint)
  }, [gap, ids, stored, method, target, ratio, ref, rows, run.id, scale, sharedRange, size, style, tile])

  // Maps that are computed arrive one by one: only their tiles are drawn again.
  useEffect(() => {
    const before = arrived.current
    arrived.current = computed
    for (const [column, id] of ids.entries()) if (computed.get(id) !== before.get(id)) paint.current(column)
  }, [computed, ids])

  useEffect(() => {
    const passed = new AbortController()
    for (const [column, id] of ids.entries()) {
      const row = rows?.get(id)
      const url = imageUrls.thumbnail(run.id, id, size)
      if (!row || row.error !== null || knownPicture(url)) continue
      // The tile of a thumbnail that cannot be read stays empty; the sample's own screen says why.
      loadPicture(url, passed.signal).then(
        () => !passed.signal.aborted && paint.current(column),
        () => undefined,
      )
    }
    return () => passed.abort()
  }, [ids, rows, run.id, size])
}
