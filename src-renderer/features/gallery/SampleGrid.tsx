import { useElementSize } from '@mantine/hooks'
import type { RunInfo } from '@shared/api'
import type { MethodId } from '@shared/methods'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useSharedRange } from '../../api/sample-queries'
import { links } from '../../app/links'
import type { View } from '../../app/view'
import { indexAfterKey } from './grid-keys'
import classes from './SampleGrid.module.css'
import { SampleTile } from './SampleTile'

interface SampleGridProps {
  run: RunInfo
  /** Ids in order. */
  ids: Uint32Array
  view: View
  method: MethodId | null
  /** The sample to start at; null starts at the top. */
  at: number | null
}

const GAP = 10
const PADDING = 14
/** Height of the two lines under a picture. */
const CAPTION = 42

/**
 * The virtual grid: only tiles in sight exist. The grid itself holds the keyboard focus and names its active tile, so
 * that focus survives tiles that scroll away.
 */
export function SampleGrid({ run, ids, view, method, at }: SampleGridProps) {
  const [, navigate] = useLocation()
  const { ref: measure, width } = useElementSize()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(at)
  const inner = Math.max(0, width - 2 * PADDING)
  const columns = Math.max(1, Math.floor((inner + GAP) / (view.tile + GAP)))
  const tile = Math.floor((inner - GAP * (columns - 1)) / columns)
  const rowHeight = tile + CAPTION + GAP
  const rowCount = Math.ceil(ids.length / columns)
  const shared = useSharedRange(run.id, ids, method ?? 'gmar_l1', view.scale === 'shared' && method !== null)
  const rows = useVirtualizer({
    count: width > 0 ? rowCount : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    overscan: 2,
  })
  const activeIndex = active === null ? -1 : ids.indexOf(active)

  // The size of a tile keeps the samples in sight where they are: the virtualiser only has to learn the new heights.
  useEffect(() => rows.measure(), [rows, rowHeight])

  const placed = useRef(false)
  useEffect(() => {
    if (placed.current || width === 0) return
    placed.current = true
    if (activeIndex >= 0) rows.scrollToIndex(Math.floor(activeIndex / columns), { align: 'center' })
    scroller.current?.focus({ preventScroll: true })
  }, [activeIndex, columns, rows, width])

  const open = useCallback(
    (id: number) => {
      // The place is kept in this entry of the history, for the way back.
      navigate(links.gallery(run.id, { ...view, at: id }), { replace: true })
      navigate(links.sample(run.id, id, view))
    },
    [navigate, run.id, view],
  )

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && active !== null && activeIndex >= 0) return open(active)
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight)) * columns
    const next = indexAfterKey(event.key, activeIndex, { columns, page, count: ids.length })
    const id = next === null ? undefined : ids[next]
    if (next === null || id === undefined) return
    event.preventDefault()
    setActive(id)
    rows.scrollToIndex(Math.floor(next / columns))
  }

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      aria-label="Samples"
      aria-rowcount={rowCount}
      aria-colcount={columns}
      aria-activedescendant={activeIndex >= 0 ? `sample-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div ref={measure} className={classes.canvas} style={{ height: rows.getTotalSize() }} role="presentation">
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 1}
            className={classes.row}
            style={{
              transform: `translateY(${start}px)`,
              gap: GAP,
              left: PADDING,
              gridTemplateColumns: `repeat(${columns}, ${tile}px)`,
            }}
          >
            {[...ids.subarray(index * columns, (index + 1) * columns)].map((id, column) => (
              <SampleTile
                key={id}
                run={run}
                id={id}
                column={column}
                size={tile}
                active={id === active}
                view={view}
                method={view.overlay ? method : null}
                sharedRange={view.scale === 'shared' ? (shared.data?.range ?? null) : null}
                onFocus={setActive}
                onOpen={open}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
