import type { Detection, Preprocessing } from '@shared/api'
import { boxInPicture } from '@shared/detection-box'
import classes from './DetectionBox.module.css'
import { regionStyle } from './model-region'

interface DetectionBoxProps {
  detection: Detection | undefined
  /** Pixels of the original image. */
  width: number
  height: number
  preprocessing: Preprocessing
  /** Stands at its upper edge; left out on small pictures. */
  label?: string
}

/** The box of the query that is explained, over a picture; what of it lies outside is left out. */
export function DetectionBox({ detection, width, height, preprocessing, label }: DetectionBoxProps) {
  const box = boxInPicture(detection, { width, height }, preprocessing)
  if (!box || !detection) return null
  const within = (share: number) => Math.min(1, Math.max(0, share))
  const [left, top] = [within(box.left), within(box.top)]
  const region = { left, top, width: within(box.right) - left, height: within(box.bottom) - top }
  return (
    <span
      className={classes.box}
      style={regionStyle(region)}
      data-testid="detection-box"
      data-query={detection.query}
      data-high={top < 0.06}
      aria-hidden
    >
      {label !== undefined && <span className={classes.label}>{label}</span>}
    </span>
  )
}
