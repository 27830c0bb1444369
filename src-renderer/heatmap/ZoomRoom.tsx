import { type PointerEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import { type Point, type Viewport, WHOLE, ZOOM_STEP, bounded, zoomAbout } from './viewport'
import classes from './ZoomRoom.module.css'

interface ZoomRoomProps {
  viewport: Viewport
  onViewport: (viewport: Viewport) => void
  /** Where the pointer is, in shares of the picture; null when it left. */
  onPoint?: (point: Point | null) => void
  /** A click that was not a drag. */
  onPick?: (point: Point) => void
  /** False while a tool draws on the picture: pointers are the tool's, the wheel still zooms. */
  pans?: boolean
  /** A picture with `fit="stage"`. */
  children: ReactNode
}

/** Pixels that a pointer may move and still click. */
const CLICK_SLACK = 4
const NOTCH = 100

/** Room for one picture that wheel, drag and double click enlarge and move. Rooms with one viewport move together. */
export function ZoomRoom({ viewport, onViewport, onPoint, onPick, pans = true, children }: ZoomRoomProps) {
  const room = useRef<HTMLDivElement>(null)
  const picture = useRef<HTMLDivElement>(null)
  const pressed = useRef<{ x: number; y: number; from: Viewport; moved: boolean } | null>(null)
  const latest = useRef({ viewport, onViewport })
  useLayoutEffect(() => {
    latest.current = { viewport, onViewport }
  })

  // React's own wheel listeners are passive: the page could not be kept from scrolling.
  useEffect(() => {
    const element = room.current
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? NOTCH / 3 : 1
      const notches = Math.max(-3, Math.min(3, (event.deltaY * lines) / NOTCH))
      const to = zoomAbout(latest.current.viewport, ZOOM_STEP ** -notches, pointOf(picture.current, event))
      // Several turns may come before the next drawing.
      latest.current.viewport = to
      latest.current.onViewport(to)
    }
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [])

  const down = (event: PointerEvent) => {
    if (pans && event.button === 0) {
      pressed.current = { x: event.clientX, y: event.clientY, from: viewport, moved: false }
    }
  }
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const press = pressed.current
    const box = picture.current?.getBoundingClientRect()
    if (!press || !box) return onPoint?.(pointOf(picture.current, event))
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y]
    if (!press.moved && Math.hypot(dx, dy) < CLICK_SLACK) return
    if (!press.moved) event.currentTarget.setPointerCapture(event.pointerId)
    press.moved = true
    onViewport(bounded({ ...press.from, x: press.from.x - dx / box.width, y: press.from.y - dy / box.height }))
  }
  const up = (event: PointerEvent) => {
    if (pressed.current && !pressed.current.moved) onPick?.(pointOf(picture.current, event))
    pressed.current = null
  }
  return (
    <div
      ref={room}
      className={classes.room}
      data-enlarged={viewport.zoom > 1}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => (pressed.current = null)}
      onPointerLeave={() => onPoint?.(null)}
      onDoubleClick={(event) =>
        pans && onViewport(viewport.zoom > 1 ? WHOLE : zoomAbout(viewport, 3, pointOf(picture.current, event)))
      }
    >
      <div
        ref={picture}
        className={classes.picture}
        style={
          {
            '--zoom': viewport.zoom,
            transform: `translate(${-viewport.x * 100}%, ${-viewport.y * 100}%)`,
          } as React.CSSProperties
        }
      >
        {children}
      </div>
    </div>
  )
}

/** A place on the screen in shares of an element. */
function pointOf(element: HTMLElement | null, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const box = element?.getBoundingClientRect()
  if (!box || box.width === 0 || box.height === 0) return { x: 0.5, y: 0.5 }
  return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height }
}
