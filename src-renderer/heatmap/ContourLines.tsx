import { type Colormap, cssColor } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { upsampleBilinear } from '@shared/heatmap/upsample'
import { contours } from 'd3-contour'
import { useMemo } from 'react'
import type { RelevanceMap } from '../api/sample-queries'
import type { Region } from './model-region'
import { regionStyle } from './model-region'
import classes from './Picture.module.css'

/** Where lines run, in shares of the range. */
const LEVELS = [0.2, 0.4, 0.6, 0.8]
/** Points a patch edge: lines follow the interpolated values, as the colours do. */
const FINENESS = 8

interface ContourLinesProps {
  map: RelevanceMap
  range: ScaleRange
  colormap: Colormap
  region: Region
}

/** Lines of equal relevance, each in the colour of its value, on a dark edge that shows on any picture. */
export function ContourLines({ map, range, colormap, region }: ContourLinesProps) {
  const [height, width] = [map.grid[0] * FINENESS, map.grid[1] * FINENESS]
  const { low, high } = range
  const lines = useMemo(() => {
    if (!(high > low)) return []
    const fine = upsampleBilinear(map.values, map.grid, height, width)
    const thresholds = LEVELS.map((level) => low + (high - low) * level)
    return contours()
      .size([width, height])
      .thresholds(thresholds)(Array.from(fine))
      .map(({ coordinates }, i) => ({
        level: LEVELS[i]!,
        path: coordinates.flatMap((polygon) => polygon.map((ring) => openPath(ring, width, height))).join(''),
      }))
  }, [map, low, high, height, width])
  return (
    <svg
      className={classes.contours}
      data-look="contour"
      style={regionStyle(region)}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {lines.map(({ level, path }) => (
        <g key={level}>
          <path className={classes.under} d={path} />
          <path className={classes.line} d={path} stroke={cssColor(colormap, level)} />
        </g>
      ))}
    </svg>
  )
}

/** The path of a ring without its parts along the border of the map, where the region ends but no value is crossed. */
function openPath(ring: number[][], width: number, height: number): string {
  const onBorder = ([x = 0, y = 0]: number[]) => x <= 0.5 || y <= 0.5 || x >= width - 0.5 || y >= height - 0.5
  let path = ''
  ring.forEach((point, i) => {
    const before = ring[i - 1]
    const along = before !== undefined && onBorder(before) && onBorder(point)
    path += `${before === undefined || along ? 'M' : 'L'}${point.join(' ')}`
  })
  return path
}
