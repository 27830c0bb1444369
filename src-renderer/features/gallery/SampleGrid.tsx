import { useElementSize } from '@mantine/hooks'
import type { RunInfo, TargetPolicy, Term } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { DEFAULT_SCALE } from '@shared/heatmap/scale'
import type { MethodId } from '@headlight/explain/methods'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useAnnotationState } from '../../api/annotation-queries'
import type { GroupedIds } from '../../api/group-queries'
import { useSharedRange } from '../../api/sample-queries'
import { computedTarget } from '../../api/target-maps'
import { isTyping } from '../../base/commands'
import { links } from '../../base/links'
import type { GalleryState } from '../../base/view'
import { methodName } from '../../heatmap/shown-method'
import type { TileStyle } from '../../heatmap/tile-painter'
import { usePinCommand } from '../../shared/pins/pin-commands'
import { GroupHeader } from './GroupHeader'
import { layOut, placeAfterKey } from './grid-layout'
import classes from './SampleGrid.module.css'
import type { Terms } from './TileMarks'
import { TileRow } from './TileRow'
import { useGridSelection } from './use-grid-selection'
import { useKeptFocus } from './use-kept-focus'
import { useTagKeys } from './use-tag-keys'

interface SampleGridProps {
  run: RunInfo
  result: GroupedIds
  view: GalleryState
  method: MethodId | null
  /** Null for the run's own. */
  target: TargetPolicy | null
  /** Keeps the active sample in the address. */
  onActive: (id: number) => void
}

const GAP = 10
const PADDING = 14
/** Height of the two lines under a picture. */
const CAPTION = 42
const HEADER = 34
/** Between a header, or the upper edge, and the tiles below it: room for the ring of the active one. */
const CLEAR = 6
/** Milliseconds that a sample is active before the address says so: browsers refuse an entry for every key. */
const ADDRESS_AFTER_MS = 400

/**
 * The virtual grid: only rows in sight exist. The grid itself holds the keyboard focus and names its active tile, so
 * that focus survives tiles that scroll away.
 */
export function SampleGrid({ run, result, view, method, target, onActive }: SampleGridProps) {
  const { ids, groups } = result
  const [, navigate] = useLocation()
  const { ref: measure, width } = useElementSize()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(() => (view.at === null ? -1 : ids.indexOf(view.at)))
  const selection = useGridSelection(run.id, ids)
  const terms = useTerms()
  const inner = Math.max(0, width - 2 * PADDING)
  const columns = Math.max(1, Math.floor((inner + GAP) / (view.tile + GAP)))
  const tile = Math.max(1, Math.floor((inner - GAP * (columns - 1)) / columns))
  const rowHeight = tile + CAPTION + GAP
  const layout = useMemo(() => layOut(ids.length, groups, columns), [ids, groups, columns])
  const computed = computedTarget(run, target, method)
  // Maps that are computed one after the other have no common range.
  const scale = computed && view.scale === 'shared' ? DEFAULT_SCALE : view.scale
  const shared = useSharedRange(run.id, ids, method ?? 'gmar_l1', scale === 'shared' && method !== null)
  const style = useTileStyle(run, view)
  const rows = useVirtualizer({
    count: width > 0 ? layout.rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (layout.rows[index]?.kind === 'header' ? HEADER + CLEAR : rowHeight),
    // With groups a header comes first, exactly below the sticky one.
    paddingStart: groups.length > 0 ? 0 : PADDING,
    paddingEnd: PADDING,
    scrollPaddingStart: (groups.length > 0 ? HEADER : 0) + CLEAR,
    overscan: 2,
    useFlushSync: false,
  })

  // The size of a tile keeps the samples in sight where they are: the virtualiser only has to learn the new heights.
  useEffect(() => rows.measure(), [rows, rowHeight, layout])

  useKeptFocus(scroller)
  const placed = useRef(false)
  useEffect(() => {
    if (placed.current || width === 0) return
    placed.current = true
    if (active >= 0) rows.scrollToIndex(layout.rowOf(active), { align: 'center' })
    // A filter that is being written may empty the result and fill it again.
    if (!isTyping(document.activeElement)) scroller.current?.focus({ preventScroll: true })
  }, [active, layout, rows, width])

  // Another result.
  const [shownIds, setShownIds] = useState(ids)
  if (shownIds !== ids) {
    setShownIds(ids)
    // The active sample is found again, or none (-1) is active.
    setActive(ids.indexOf(shownIds[active] ?? -1))
  }

  const activeId = ids[active]
  const told = useRef(view.at)
  useEffect(() => {
    if (activeId === undefined || activeId === view.at) return
    const timer = setTimeout(() => {
      told.current = activeId
      onActive(activeId)
    }, ADDRESS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [activeId, onActive, view.at])

  // A link or the history names another sample: the grid scrolls to it once the result contains it.
  useEffect(() => {
    if (view.at === told.current) return
    const place = view.at === null ? -1 : ids.indexOf(view.at)
    if (place < 0) return
    told.current = view.at
    setActive(place)
    rows.scrollToIndex(layout.rowOf(place), { align: 'center' })
  }, [ids, layout, rows, view.at])

  const stretches = useMemo(
    () => ({ of: ids, in: layout, known: new Map<number, Uint32Array<ArrayBuffer>>() }),
    [ids, layout],
  )
  /** The ids of a row, the same array each time: rows that did not change are not drawn again. */
  const stretch = (start: number, end: number) => {
    const members = stretches.known.get(start) ?? ids.slice(start, end)
    stretches.known.set(start, members)
    return members
  }

  const open = (place: number) => {
    const id = ids[place]
    if (id === undefined) return
    // The place is kept in this entry of the history, for the way back.
    navigate(links.gallery(run.id, { ...view, at: id }), { replace: true })
    navigate(links.sample(run.id, id, view))
  }

  useTagKeys(run.id, activeId)
  usePinCommand(() => {
    if (activeId === undefined) return { why: 'Go to a sample with the arrow keys first; B then pins it.' }
    const map = method ? { kind: 'method' as const, method } : { kind: 'image' as const }
    return {
      pane: { sampleId: activeId, runId: run.id, map, target: method ? target : null },
      name: method ? methodName(method) : 'the picture',
    }
  })

  const onKeyDown = (event: React.KeyboardEvent) => {
    const handled = () => event.preventDefault()
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') return (handled(), selection.all())
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter') return open(active)
    if (event.key === ' ' && active >= 0) return (handled(), selection.toggle(active))
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight))
    const next = placeAfterKey(event.key, active, layout, ids.length, pageRows)
    if (next === null) return
    handled()
    if (event.shiftKey) {
      if (selection.chosen.size === 0) selection.anchorAt(active)
      selection.extendTo(next)
    }
    setActive(next)
    rows.scrollToIndex(layout.rowOf(next))
  }

  const onClick = (event: React.MouseEvent) => {
    const target = event.target as HTMLElement
    const place = Number(target.closest<HTMLElement>('[data-place]')?.dataset.place ?? NaN)
    if (Number.isNaN(place)) return
    setActive(place)
    if (event.shiftKey) return selection.extendTo(place)
    if (event.ctrlKey || event.metaKey || target.dataset.check !== undefined) return selection.toggle(place)
    open(place)
  }

  const items = rows.getVirtualItems()
  const firstShown = items.find(({ end }) => end > (rows.scrollOffset ?? 0) + HEADER) ?? items[0]
  const topRow = layout.rows[firstShown?.index ?? -1]
  const topGroup = topRow && groups[topRow.group]
  const activeRow = active >= 0 ? layout.rowOf(active) : -1
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      aria-label="Samples"
      aria-rowcount={layout.rows.length}
      aria-colcount={columns}
      aria-multiselectable="true"
      aria-activedescendant={active >= 0 ? `sample-at-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      {topGroup && <GroupHeader group={topGroup} sticky />}
      <div
        ref={measure}
        className={classes.canvas}
        style={{ height: rows.getTotalSize(), '--grid-padding': `${PADDING}px` } as React.CSSProperties}
        role="presentation"
      >
        {items.map(({ index, start: top }) => {
          const row = layout.rows[index]
          const group = row && groups[row.group]
          if (row?.kind === 'header') return group && <GroupHeader key={`group ${row.group}`} group={group} top={top} />
          if (!row) return null
          const members = stretch(row.start, row.end)
          return (
            <TileRow
              key={row.start}
              run={run}
              ids={members}
              start={row.start}
              rowIndex={index + 1}
              top={top}
              tile={tile}
              gap={GAP}
              method={view.overlay ? method : null}
              target={computed}
              scale={scale}
              sharedRange={scale === 'shared' ? (shared.data?.range ?? null) : null}
              style={style}
              active={index === activeRow ? active - row.start : -1}
              chosen={
                selection.chosen.size === 0
                  ? ''
                  : Array.from(members, (id) => Number(selection.chosen.has(id))).join('')
              }
              terms={terms}
            />
          )
        })}
      </div>
    </div>
  )
}

function useTileStyle(run: RunInfo, { colormap, interpolation, fade, opacity, box }: GalleryState): TileStyle {
  const { preprocessing } = run.definition
  return useMemo(
    () => ({ colormap: COLORMAPS[colormap], interpolation, fade, opacity: opacity / 100, preprocessing, box }),
    [colormap, interpolation, fade, opacity, preprocessing, box],
  )
}

/** The same object for as long as the lists are the same: every tile has it. */
function useTerms(): Terms {
  const state = useAnnotationState().data
  return useMemo(() => {
    const byId = (terms: readonly Term[] = []) => new Map(terms.map((term) => [term.id, term]))
    return { tags: byId(state?.tags), verdicts: byId(state?.verdicts) }
  }, [state?.tags, state?.verdicts])
}
