import { type Colormap, colorize } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { type KeyboardEvent, type MouseEvent, memo, useId, useLayoutEffect, useRef, useState } from 'react'
import { type HeadCounts, headIndexes, hasHead } from '@headlight/explain/report'
import { neighbour } from './head-steps'
import classes from './SmallHeadMatrix.module.css'

interface SmallHeadMatrixProps {
  /** Names the table for screen readers. */
  label: string
  model: HeadCounts
  /** `[layers, heads]`. */
  values: Float32Array
  range: ScaleRange
  colormap: Colormap
  /** The value of a cell in words, without its place: "weight 0.213". */
  describe: (index: number) => string
  onChoose: (layer: number, head: number) => void
}

/**
 * A layers x heads table as colours alone, for many beside each other: one canvas of a pixel a cell, and one cell that
 * arrow keys move. Enter or a click chooses a head. Both are counted from 0.
 */
export const SmallHeadMatrix = memo(function SmallHeadMatrix(props: SmallHeadMatrixProps) {
  const { label, model, values, range, colormap, describe, onChoose } = props
  const { layers, heads } = model
  const canvas = useRef<HTMLCanvasElement>(null)
  const cursorId = useId()
  const [cursor, setCursor] = useState(0)
  const [focused, setFocused] = useState(false)
  const [pointed, setPointed] = useState<number | null>(null)
  const { low, high } = range
  useLayoutEffect(() => {
    const pixels = new ImageData(cellColors(values, { low, high }, colormap, model), heads, layers)
    canvas.current?.getContext('2d')?.putImageData(pixels, 0, 0)
  }, [values, low, high, colormap, model, layers, heads])

  const place = (index: number) => ({ layer: Math.floor(index / heads), head: index % heads })
  const say = (index: number) => `Layer ${place(index).layer}, head ${place(index).head}: ${describe(index)}`
  const choose = (index: number) => {
    const { layer, head } = place(index)
    if (hasHead(model, layer, head)) onChoose(layer, head)
  }
  const indexAt = ({ currentTarget, clientX, clientY }: MouseEvent): number | null => {
    const box = currentTarget.getBoundingClientRect()
    const within = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)))
    const layer = within((clientY - box.top) / box.height, layers)
    const head = within((clientX - box.left) / box.width, heads)
    return hasHead(model, layer, head) ? layer * heads + head : null
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const chooses = event.key === 'Enter' || event.key === ' '
    const next = neighbour(event.key, cursor, model)
    if (!chooses && next === null) return
    event.preventDefault()
    event.stopPropagation()
    if (next === null) return choose(cursor)
    setCursor(next)
    setPointed(null)
  }
  const shown = pointed ?? (focused ? cursor : null)
  const { layer, head } = place(shown ?? cursor)
  return (
    <div>
      <div
        className={classes.matrix}
        style={{ '--layers': layers } as React.CSSProperties}
        role="grid"
        aria-label={label}
        aria-rowcount={layers}
        aria-colcount={heads}
        aria-activedescendant={cursorId}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerMove={(event) => setPointed(indexAt(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={(event) => {
          const index = indexAt(event)
          if (index !== null) choose(index)
        }}
      >
        <canvas ref={canvas} className={classes.canvas} width={heads} height={layers} aria-hidden />
        <div role="row" aria-rowindex={place(cursor).layer + 1}>
          <div id={cursorId} role="gridcell" aria-colindex={place(cursor).head + 1} aria-label={say(cursor)} />
        </div>
        {shown !== null && (
          <span
            className={classes.cursor}
            style={{
              left: `${(head / heads) * 100}%`,
              top: `${(layer / layers) * 100}%`,
              width: `${100 / heads}%`,
              height: `${100 / layers}%`,
            }}
            aria-hidden
          />
        )}
      </div>
      <p className={classes.told} aria-hidden>
        {shown === null ? '' : say(shown)}
      </p>
    </div>
  )
})

/** Heads that a layer has not are left transparent. */
function cellColors(values: Float32Array, range: ScaleRange, colormap: Colormap, model: HeadCounts) {
  const colors = colorize(values, range, colormap)
  if (!model.layerHeads) return colors
  const shown = new Set(headIndexes(model))
  values.forEach((_, index) => shown.has(index) || colors.fill(0, 4 * index, 4 * index + 4))
  return colors
}
