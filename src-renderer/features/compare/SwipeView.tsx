import { useRef } from 'react'
import classes from './CompareScreen.module.css'
import { PaneLegend } from './PaneLegend'
import { PanePicture } from './PanePicture'
import type { PaneContent } from './pane-contents'
import { paneRanges } from './pane-ranges'
import { type PaneView, paneLetter } from './pane-view'

interface SwipeViewProps {
  contents: readonly PaneContent[]
  view: PaneView
  /** Places of the pane left of the divider, and of the one right of it. */
  a: number
  b: number
  /** Percent from the left. */
  split: number
  onSplit: (split: number) => void
  onSplitEnd: (split: number) => void
}

const STEPS: Record<string, number> = { ArrowLeft: -2, ArrowRight: 2, PageUp: 10, PageDown: -10 }

/** Two panes in the same place, one left and one right of a divider that is dragged or moved by arrow keys. */
export function SwipeView({ contents, view, a, b, split, onSplit, onSplitEnd }: SwipeViewProps) {
  const room = useRef<HTMLDivElement>(null)
  const ranges = paneRanges(contents, view.scale)
  const [left, right] = [contents[a], contents[b]]
  if (!left || !right) return null
  const none = { low: 0, high: 0 }
  const at = (clientX: number) => {
    const box = room.current?.getBoundingClientRect()
    return box ? Math.round(Math.min(100, Math.max(0, ((clientX - box.left) / box.width) * 100))) : split
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key]
    const to = { Home: 0, End: 100 }[event.key] ?? (step === undefined ? null : split + step)
    if (to === null) return
    event.preventDefault()
    event.stopPropagation()
    onSplitEnd(Math.min(100, Math.max(0, to)))
  }
  const name = (content: PaneContent, place: number) => (
    <>
      <span className={classes.letter}>{paneLetter(place)}</span>
      {content.what} <span className={classes.aside}>{content.aside || content.row?.path}</span>
    </>
  )
  return (
    <section className={classes.swipe} aria-label="Swipe">
      <header className={classes.swipeHead}>
        <span>{name(left, a)}</span>
        <span>{name(right, b)}</span>
      </header>
      <div ref={room} className={classes.swipeRoom}>
        <div className={classes.layer} style={{ clipPath: `inset(0 ${100 - split}% 0 0)` }}>
          <PanePicture content={left} view={view} map={left.map} range={ranges[a] ?? none} colormap={view.colormap} />
        </div>
        <div className={classes.layer} style={{ clipPath: `inset(0 0 0 ${split}%)` }}>
          <PanePicture content={right} view={view} map={right.map} range={ranges[b] ?? none} colormap={view.colormap} />
        </div>
        <div
          className={classes.divider}
          style={{ left: `${split}%` }}
          role="slider"
          tabIndex={0}
          aria-label="Divider"
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={split}
          aria-valuetext={`${split} % from the left`}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) =>
            event.currentTarget.hasPointerCapture(event.pointerId) && onSplit(at(event.clientX))
          }
          onPointerUp={(event) => onSplitEnd(at(event.clientX))}
        />
      </div>
      <div className={classes.swipeLegends}>
        <PaneLegend content={left} view={view} map={left.map} range={ranges[a] ?? none} colormap={view.colormap} />
        <PaneLegend content={right} view={view} map={right.map} range={ranges[b] ?? none} colormap={view.colormap} />
      </div>
    </section>
  )
}
