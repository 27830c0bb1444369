import { type Region, regionStyle } from './model-region'
import classes from './PatchMarker.module.css'
import { type Patch, patchBox } from './patches'

interface PatchMarkerProps {
  patch: Patch
  grid: [number, number]
  region: Region
  /** `cursor` is where the pointer is, `chosen` the patch whose attention is shown. */
  kind: 'cursor' | 'chosen'
}

/** The outline of a patch on a picture. */
export function PatchMarker({ patch, grid, region, kind }: PatchMarkerProps) {
  return (
    <span
      className={classes.marker}
      data-kind={kind}
      data-testid={`${kind}-patch`}
      data-patch={patch.index}
      style={regionStyle(patchBox(patch, grid, region))}
      aria-hidden
    />
  )
}
