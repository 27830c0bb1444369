import { type Colormap, colorAt, cssColor, luminance } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { type KeyboardEvent, type ReactNode, type SyntheticEvent, useState } from 'react'
import { type HeadCounts, hasHead } from '@headlight/explain/report'
import { HeadCell } from './HeadCell'
import classes from './HeadMatrix.module.css'
import { formatValue } from './format'
import { neighbour } from './head-steps'

interface HeadMatrixProps {
  /** Names the table for screen readers. */
  label: string
  model: HeadCounts
  /** `[layers, heads]`. */
  values: Float32Array
  range: ScaleRange
  colormap: Colormap
  /** The value of a cell in words, without its place: "weight 0.213". */
  describe: (value: number, index: number) => string
  /** A small mark in a cell, such as a star of significance. */
  mark?: (index: number) => string
  chosen?: { layer: number; head: number } | null
  onChoose?: (layer: number, head: number) => void
  /** What stands below while no cell is pointed at. */
  hint?: ReactNode
}

/** With more heads than this, cells are too narrow for numbers; they are told on hover and to screen readers. */
const MAX_HEADS_WITH_NUMBERS = 8

/** A layers x heads table as colours. Arrow keys move inside it; Enter chooses a head. Both are counted from 0. */
export function HeadMatrix(props: HeadMatrixProps) {
  const { label, model, values, range, colormap, describe, mark, chosen, onChoose, hint } = props
  const { layers, heads } = model
  const [focus, setFocus] = useState(0)
  const [pointed, setPointed] = useState<number | null>(null)
  const say = (index: number) =>
    `Layer ${Math.floor(index / heads)}, head ${index % heads}: ${describe(values[index]!, index)}`

  const choose = (index: number | null) => index !== null && onChoose?.(Math.floor(index / heads), index % heads)
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      choose(indexAt(event))
      return
    }
    const next = neighbour(event.key, focus, model)
    if (next === null) return
    event.preventDefault()
    event.stopPropagation()
    setFocus(next)
    event.currentTarget.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus()
  }

  const cell = (layer: number, head: number) => {
    const index = layer * heads + head
    if (!hasHead(model, layer, head)) return <td key={head} aria-label="No such head" />
    const value = values[index]!
    const span = range.high - range.low
    const position = span > 0 ? (value - range.low) / span : 0
    const number = heads <= MAX_HEADS_WITH_NUMBERS ? formatShort(value) : ''
    return (
      <HeadCell
        key={head}
        index={index}
        background={cssColor(colormap, position)}
        dark={luminance(colorAt(colormap, position)) <= 0.18}
        said={say(index)}
        written={number + (mark?.(index) ?? '')}
        chosen={onChoose ? chosen?.layer === layer && chosen.head === head : null}
        reachable={index === focus}
      />
    )
  }

  const told = pointed ?? (chosen ? chosen.layer * heads + chosen.head : null)
  return (
    <div>
      <table
        className={classes.matrix}
        role="grid"
        aria-label={label}
        onKeyDown={onKeyDown}
        onFocus={(event) => setFocus(indexAt(event) ?? focus)}
        onClick={(event) => choose(indexAt(event))}
        onMouseOver={(event) => setPointed(indexAt(event))}
        onMouseLeave={() => setPointed(null)}
      >
        <thead>
          <tr aria-hidden>
            <td />
            <th colSpan={heads}>Head</th>
          </tr>
          <tr>
            <th scope="col">Layer</th>
            {Array.from({ length: heads }, (_, head) => (
              <th key={head} scope="col" aria-label={`Head ${head}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: layers }, (_, layer) => (
            <tr key={layer}>
              <th scope="row" aria-label={`Layer ${layer}`}>
                {layer}
              </th>
              {Array.from({ length: heads }, (_unused, head) => cell(layer, head))}
            </tr>
          ))}
        </tbody>
      </table>
      {hint !== undefined && <p className={classes.told}>{told === null ? hint : say(told)}</p>}
    </div>
  )
}

/** Index of the cell of an event, null outside of the cells. */
function indexAt({ target }: SyntheticEvent): number | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return cell === null ? null : Number(cell.dataset.index)
}

/** Two decimals without the leading zero; numbers from 1 on as they are. */
function formatShort(value: number): string {
  if (Math.abs(value) >= 1) return formatValue(value).replace('-', '−')
  const sign = value <= -0.005 ? '−' : ''
  return sign + Math.abs(value).toFixed(2).replace(/^0\./, '.')
}
