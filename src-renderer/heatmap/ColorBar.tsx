import { type Colormap, cssColor } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { formatValue } from '../ui/format'
import classes from './ColorBar.module.css'

interface ColorBarProps {
  colormap: Colormap
  /** Raw values at the two ends; null writes "min" and "max", for maps that have a range each. */
  range: ScaleRange | null
  label: string
}

/** The colours with the raw values that they stand for. */
export function ColorBar({ colormap, range, label }: ColorBarProps) {
  const low = range ? formatValue(range.low) : 'min'
  const high = range ? formatValue(range.high) : 'max'
  return (
    <div className={classes.bar} role="img" aria-label={`${label}: colours from ${low} to ${high}`}>
      <span>{low.replaceAll('-', '−')}</span>
      <span className={classes.ramp} style={{ background: gradient(colormap) }} />
      <span>{high.replaceAll('-', '−')}</span>
    </div>
  )
}

/** A CSS gradient of a colormap. */
export function gradient(colormap: Colormap): string {
  const stops = Array.from({ length: 17 }, (_, i) => cssColor(colormap, i / 16))
  return `linear-gradient(to right, ${stops.join(', ')})`
}
