import type { Preprocessing } from '@shared/api'
import type { Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { Button } from '@mantine/core'
import { type CSSProperties, type ReactNode, memo, useEffect, useRef, useState } from 'react'
import type { RelevanceMap } from '../api/sample-queries'
import type { Interpolation } from '../base/view'
import { ContourLines } from './ContourLines'
import type { LookId } from '../base/look'
import { type Region, modelRegion, regionStyle } from './model-region'
import { paintMap, paintMask } from './paint'
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
  /** Heat unless given: lines of equal relevance, or the picture only where relevance is highest. */
  look?: Exclude<LookId, 'pair'>
  /** Share of the picture that a mask leaves, percent. */
  top?: number
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
  const { look = 'heat', top = 20 } = props
  const region = modelRegion(width, height, preprocessing)
  const [failed, setFailed] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)
  const ratio = width > 0 && height > 0 ? width / height : 1
  return (
    <div className={classes.picture} data-fit={fit} style={{ '--ratio': ratio } as CSSProperties}>
      <img
        key={attempt}
        className={classes.image}
        src={src}
        alt={alt}
        draggable={false}
        decoding="async"
        onLoad={() => setFailed(null)}
        onError={() => setFailed(src)}
      />
      {map && look === 'contour' && <ContourLines map={map} range={range} colormap={colormap} region={region} />}
      {map && look !== 'contour' && (
        <MapCanvas
          map={map}
          range={range}
          colormap={colormap}
          interpolation={interpolation}
          fade={fade}
          pixelsPerPatch={PIXELS_PER_PATCH[fit]}
          region={region}
          maskTop={look === 'mask' ? top : null}
        />
      )}
      {children}
      {/* Small pictures are links to where this is offered. */}
      {failed === src && fit === 'stage' && (
        <div className={classes.lost} role="alert">
          The picture could not be loaded.
          <Button size="compact-xs" onClick={() => setAttempt(attempt + 1)}>
            Try again
          </Button>
        </div>
      )}
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
  region: Region
  /** Covers all but this share of the picture, percent, instead of colouring it; null colours. */
  maskTop: number | null
}

function MapCanvas({ map, range, colormap, interpolation, fade, pixelsPerPatch, region, maskTop }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { low, high } = range
  useEffect(() => {
    if (!canvas.current) return
    const { values, grid } = map
    if (maskTop !== null) {
      paintMask(canvas.current, { values, grid, interpolation, pixelsPerPatch, share: maskTop / 100 })
    } else {
      paintMap(canvas.current, { values, grid, range: { low, high }, colormap, interpolation, fade, pixelsPerPatch })
    }
  }, [map, low, high, colormap, interpolation, fade, pixelsPerPatch, maskTop])
  return (
    <canvas
      ref={canvas}
      className={classes.map}
      data-interpolation={interpolation}
      data-look={maskTop === null ? 'heat' : 'mask'}
      style={regionStyle(region)}
      aria-hidden
    />
  )
}
