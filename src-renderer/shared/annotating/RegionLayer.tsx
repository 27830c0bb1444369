import { VisuallyHidden } from '@mantine/core'
import type { Shape } from '@shared/api'
import { type PointerEvent, useEffect, useState } from 'react'
import { annotate } from '../../api/annotate'
import { useAnnotations } from '../../api/annotation-queries'
import classes from './RegionLayer.module.css'
import { chooseRegion, regionName, regionsOf, useRegionTool } from './region-tool'

type Point = [x: number, y: number]

/** Presses of an arrow key from one side of the picture to the other; with Shift each is one pixel. */
const KEY_STEPS = 32

interface RegionLayerProps {
  runId: number
  sampleId: number
  /** Pixels of the upright image. */
  width: number
  height: number
}

/** Rectangles and polygons over a picture, and the drawing of new ones. Coordinates are pixels of the image. */
export function RegionLayer({ runId, sampleId, width, height }: RegionLayerProps) {
  const regions = regionsOf(useAnnotations(sampleId).data)
  const { tool, chosen } = useRegionTool()
  const [drawn, setDrawn] = useState<Point[]>([])
  const [pointer, setPointer] = useState<Point | null>(null)
  /** The pointer is moved by arrow keys, and shown as a cross. */
  const [keyed, setKeyed] = useState(false)

  const stop = () => {
    setDrawn([])
    setPointer(null)
    setKeyed(false)
    useRegionTool.setState({ tool: null })
  }
  const keep = (shape: Shape) => {
    stop()
    const region = crypto.randomUUID()
    chooseRegion(region)
    void annotate([{ kind: 'region', id: sampleId, region, shape, text: '' }], runId)
  }
  const moveBy = (across: number, down: number, fine: boolean) => {
    const [x, y] = pointer ?? [width / 2, height / 2]
    const [stepX, stepY] = fine ? [1, 1] : [width / KEY_STEPS, height / KEY_STEPS]
    const within = (value: number, size: number) => Math.round(Math.min(size, Math.max(0, value)) * 100) / 100
    setPointer([within(x + across * stepX, width), within(y + down * stepY, height)])
    setKeyed(true)
  }
  /** Sets a corner where the cross is. */
  const setCorner = () => {
    const at = pointer ?? [width / 2, height / 2]
    setPointer(at)
    setKeyed(true)
    const [from] = drawn
    if (tool === 'rectangle' && from) keepRectangle(from, at)
    else setDrawn([...drawn, at])
  }
  const keepRectangle = (from: Point, to: Point) => {
    const shape = rectangleOf(from, to)
    // What is as good as a line draws nothing.
    if (shape.width < width / 200 || shape.height < height / 200) setDrawn([])
    else keep(shape)
  }
  const closePolygon = (points: Point[]) => (points.length >= 3 ? keep({ kind: 'polygon', points }) : stop())

  useEffect(() => {
    if (tool === null) return
    const onKey = (event: KeyboardEvent) => {
      const act = {
        Escape: stop,
        Enter: () => (tool === 'polygon' && drawn.length > 0 ? closePolygon(drawn) : setCorner()),
        ' ': setCorner,
        Backspace: () => setDrawn((points) => points.slice(0, -1)),
        ArrowLeft: () => moveBy(-1, 0, event.shiftKey),
        ArrowRight: () => moveBy(1, 0, event.shiftKey),
        ArrowUp: () => moveBy(0, -1, event.shiftKey),
        ArrowDown: () => moveBy(0, 1, event.shiftKey),
      }[event.key]
      // A field that is written in keeps these keys, except the one that puts the tool down.
      const writes = event.target instanceof Element && event.target.matches('input, textarea, select')
      if (!act || (writes && event.key !== 'Escape')) return
      event.preventDefault()
      event.stopPropagation()
      act()
    }
    // Before the keys of the screen: Escape puts the tool down and stays on the sample.
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  })

  const pointAt = (event: PointerEvent<SVGSVGElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect()
    const within = (share: number, size: number) => Math.round(Math.min(1, Math.max(0, share)) * size * 100) / 100
    return [
      within((event.clientX - box.left) / box.width, width),
      within((event.clientY - box.top) / box.height, height),
    ]
  }
  const down = (event: PointerEvent<SVGSVGElement>) => {
    if (tool === null || event.button !== 0) return
    const point = pointAt(event)
    setKeyed(false)
    if (tool === 'rectangle') {
      event.currentTarget.setPointerCapture(event.pointerId)
      setDrawn([point])
    } else if (event.detail > 1) closePolygon(drawn)
    else setDrawn([...drawn, point])
    setPointer(point)
  }
  const up = (event: PointerEvent<SVGSVGElement>) => {
    const [from] = drawn
    if (tool !== 'rectangle' || !from) return
    keepRectangle(from, pointAt(event))
  }

  const draft: Shape | null =
    drawn.length === 0 || pointer === null || tool === null
      ? null
      : tool === 'rectangle'
        ? rectangleOf(drawn[0] as Point, pointer)
        : { kind: 'polygon', points: [...drawn, pointer] }
  return (
    <>
      {keyed && pointer && (
        <VisuallyHidden role="status">{`x ${pointer[0]}, y ${pointer[1]} of ${width} × ${height}; corners set: ${drawn.length}`}</VisuallyHidden>
      )}
      <svg
        className={classes.layer}
        data-drawing={tool !== null}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden
        onPointerDown={down}
        onPointerMove={(event) => drawn.length > 0 && !keyed && setPointer(pointAt(event))}
        onPointerUp={up}
      >
        {regions.map((annotation) => (
          <g
            key={`${annotation.reviewer} ${annotation.region}`}
            className={classes.region}
            data-chosen={annotation.region === chosen}
            onPointerDown={() => tool === null && chooseRegion(annotation.region)}
          >
            <title>{`${regionName(annotation)}, ${annotation.reviewer}`}</title>
            {annotation.shape && <ShapeOutline shape={annotation.shape} />}
          </g>
        ))}
        {draft && (
          <g className={classes.region} data-chosen>
            <ShapeOutline shape={draft} />
          </g>
        )}
        {keyed && pointer && <Cross at={pointer} width={width} height={height} />}
      </svg>
    </>
  )
}

/** Where the next corner will be: lines over the whole picture, which cross there. */
function Cross({ at: [x, y], width, height }: { at: Point; width: number; height: number }) {
  const path = `M0,${y}H${width}M${x},0V${height}`
  return (
    <g className={classes.cross}>
      <path className={classes.under} d={path} />
      <path className={classes.over} d={path} />
    </g>
  )
}

/** Two lines, dark and light, so that the outline shows on any picture. */
function ShapeOutline({ shape }: { shape: Shape }) {
  const points =
    shape.kind === 'polygon'
      ? shape.points
      : [
          [shape.x, shape.y],
          [shape.x + shape.width, shape.y],
          [shape.x + shape.width, shape.y + shape.height],
          [shape.x, shape.y + shape.height],
        ]
  const path = points.map((point) => point.join(',')).join(' ')
  return (
    <>
      <polygon className={classes.under} points={path} />
      <polygon className={classes.over} points={path} />
    </>
  )
}

function rectangleOf([ax, ay]: Point, [bx, by]: Point): Shape & { kind: 'rectangle' } {
  const size = (from: number, to: number) => Math.round(Math.abs(to - from) * 100) / 100
  return { kind: 'rectangle', x: Math.min(ax, bx), y: Math.min(ay, by), width: size(ax, bx), height: size(ay, by) }
}
