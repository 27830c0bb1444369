import { COLORMAPS } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { useEffect, useRef } from 'react'
import { paintMap } from '../../heatmap/paint'
import { formatCount, formatValue } from '../../ui/format'
import type { MeanMap } from './attention-groups'
import classes from './HeadScreen.module.css'

interface AttentionMapsProps {
  maps: readonly MeanMap[]
  /** Rows and columns of patches. */
  grid: [number, number]
  range: ScaleRange
}

/** Mean maps beside each other, patches as they are, on one scale. */
export function AttentionMaps({ maps, grid, range }: AttentionMapsProps) {
  return (
    <div className={classes.maps}>
      {maps.map((map) => (
        <figure key={map.name}>
          <Map map={map} grid={grid} range={range} />
          <figcaption>
            <span>{map.name}</span>
            <span className={classes.groupCount}>{formatCount(map.count)}</span>
          </figcaption>
        </figure>
      ))}
    </div>
  )
}

function Map({ map, grid, range }: { map: MeanMap; grid: [number, number]; range: ScaleRange }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { values, name } = map
  useEffect(() => {
    if (!canvas.current) return
    const options = { interpolation: 'nearest', pixelsPerPatch: 1, fade: false } as const
    paintMap(canvas.current, { values, grid, range, colormap: COLORMAPS.inferno, ...options })
  }, [values, grid, range])
  return (
    <canvas
      ref={canvas}
      className={classes.map}
      style={{ aspectRatio: `${grid[1]} / ${grid[0]}` }}
      role="img"
      aria-label={`Mean attention, ${name}: ${words(values, grid)}`}
    />
  )
}

/** Where a map is highest, in words. */
function words(values: Float32Array, [, columns]: [number, number]): string {
  const at = values.reduce((best, value, i) => (value > values[best]! ? i : best), 0)
  return `highest ${formatValue(values[at]!)} in patch row ${Math.floor(at / columns)}, column ${at % columns}`
}
