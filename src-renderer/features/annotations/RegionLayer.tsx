import type { Shape } from '@shared/api'
import { type PointerEvent, useEffect, useState } from 'react'
import { annotate } from '../../api/annotate'
import { useAnnotations } from '../../api/annotation-queries'
import classes from './RegionLayer.module.css'
import { chooseRegion, regionName, regionsOf, useRegionTool } from './region-tool'

type Point = [x: number, y: number]

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

  const stop = () => {
    setDrawn([])
    setPointer(null)
    useRegionTool.setState({ tool: null })
  }
  const keep = (shape: Shape) => {
    stop()
    const region = crypto.randomUUID()
    chooseRegion(region)
    void annotate([{ kind: 'region', id: sampleId, region, shape, text: '' }], runId)
  }
  const closePolygon = (points: Point[]) => (points.length >= 3 ? keep({ kind: 'polygon', points }) : stop())

  useEffect(() => {
    if (tool === null) return
    const onKey = (event: KeyboardEvent) => {
      const act = {
        Escape: stop,
        Enter: () => tool === 'polygon' && closePolygon(drawn),
        Backspace: () => setDrawn((points) => points.slice(0, -1)),
      }[event.key]
      if (!act) return
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
    const shape = rectangleOf(from, pointAt(event))
    // A click without a drag draws nothing.
    if (shape.width < width / 200 || shape.height < height / 200) setDrawn([])
    else keep(shape)
  }

  const draft: Shape | null =
    drawn.length === 0 || pointer === null || tool === null
      ? null
      : tool === 'rectangle'
        ? rectangleOf(drawn[0] as Point, pointer)
        : { kind: 'polygon', points: [...drawn, pointer] }
  return (
    <svg
      className={classes.layer}
      data-drawing={tool !== null}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden
      onPointerDown={down}
      onPointerMove={(event) => drawn.length > 0 && setPointer(pointAt(event))}
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
    </svg>
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
