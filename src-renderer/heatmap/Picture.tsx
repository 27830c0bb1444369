import type { Preprocessing } from '@shared/api'
import type { Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { type CSSProperties, type ReactNode, memo, useEffect, useRef } from 'react'
import type { RelevanceMap } from '../api/sample-queries'
import type { Interpolation } from '../app/view'
import { modelRegion } from './model-region'
import { paintMap } from './paint'
import classes from './Picture.module.css'

interface PictureProps {
  src: string
  alt: string
  /** Pixels of the original image; they fix the shape before it is loaded. */
  width: number
  height: number
  preprocessing: Preprocessing
  /** Null shows the image alone. */
  map: RelevanceMap | null
  range: ScaleRange
  colormap: Colormap
  interpolation: Interpolation
  fade: boolean
  /** `square` fits a square parent, `stage` any parent that is a size container. */
  fit: 'square' | 'stage'
  /** Drawn over the picture, filling it. */
  children?: ReactNode
}

/** Canvas pixels a patch edge: fine enough for a tile, and for a full screen. */
const PIXELS_PER_PATCH = { square: 4, stage: 16 }

/** An image with a relevance map over the part that the model sees. Opacity is the CSS variable `--map-opacity`. */
export const Picture = memo(function Picture(props: PictureProps) {
  const { src, alt, width, height, preprocessing, map, range, colormap, interpolation, fade, fit, children } = props
  const ratio = width > 0 && height > 0 ? width / height : 1
  return (
    <div className={classes.picture} data-fit={fit} style={{ '--ratio': ratio } as CSSProperties}>
      <img className={classes.image} src={src} alt={alt} draggable={false} decoding="async" />
      {map && (
        <MapCanvas
          map={map}
          range={range}
          colormap={colormap}
          interpolation={interpolation}
          fade={fade}
          pixelsPerPatch={PIXELS_PER_PATCH[fit]}
          region={modelRegion(width, height, preprocessing)}
        />
      )}
      {children}
    </div>
  )
})

interface MapCanvasProps {
  map: RelevanceMap
  range: ScaleRange
  colormap: Colormap
  interpolation: Interpolation
  fade: boolean
  pixelsPerPatch: number
  region: ReturnType<typeof modelRegion>
}

function MapCanvas({ map, range, colormap, interpolation, fade, pixelsPerPatch, region }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { low, high } = range
  useEffect(() => {
    if (!canvas.current) return
    const { values, grid } = map
    paintMap(canvas.current, { values, grid, range: { low, high }, colormap, interpolation, fade, pixelsPerPatch })
  }, [map, low, high, colormap, interpolation, fade, pixelsPerPatch])
  const percent = (share: number) => `${share * 100}%`
  return (
    <canvas
      ref={canvas}
      className={classes.map}
      data-interpolation={interpolation}
      style={{
        left: percent(region.left),
        top: percent(region.top),
        width: percent(region.width),
        height: percent(region.height),
      }}
      aria-hidden
    />
  )
}
