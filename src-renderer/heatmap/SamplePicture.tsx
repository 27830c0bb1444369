import { type RunInfo, type SampleRow, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import type { ReactNode } from 'react'
import type { RelevanceMap } from '../api/sample-queries'
import type { View } from '../base/view'
import { Picture } from './Picture'
import classes from './SamplePicture.module.css'

interface SamplePictureProps {
  run: RunInfo
  /** Undefined while it is read: the square is there already. */
  row: SampleRow | undefined
  map: RelevanceMap | null
  range: ScaleRange
  /** Inferno, smooth and faded unless given. */
  display?: Pick<View, 'colormap' | 'interpolation' | 'fade'>
  /** The longer edge of the thumbnail that is enough here, in pixels; the image itself unless given. */
  thumbnail?: 160 | 320
  alt?: string
  /** Over the picture. */
  children?: ReactNode
}

const DISPLAY = { colormap: 'inferno', interpolation: 'bilinear', fade: true } as const

/** A sample in a square of its own, with one map over it. */
export function SamplePicture(props: SamplePictureProps) {
  const { run, row, map, range, display = DISPLAY, thumbnail, alt = '', children } = props
  return (
    <span className={classes.square}>
      {row && (
        <Picture
          src={
            thumbnail === undefined ? imageUrls.image(run.id, row.id) : imageUrls.thumbnail(run.id, row.id, thumbnail)
          }
          alt={alt}
          width={row.width || 1}
          height={row.height || 1}
          preprocessing={run.definition.preprocessing}
          map={map}
          range={range}
          colormap={COLORMAPS[display.colormap]}
          interpolation={display.interpolation}
          fade={display.fade}
          fit="square"
        />
      )}
      {children}
    </span>
  )
}
