import type { Colormap } from '@shared/heatmap/colormap'
import { type ScaleRange, isFlat } from '@shared/heatmap/scale'
import type { RelevanceMap } from '../../api/sample-queries'
import { ColorBar } from '../../heatmap/ColorBar'
import { PatchValue } from '../../heatmap/PatchValue'
import classes from './CompareScreen.module.css'
import { patchUnderCursor } from './PanePicture'
import type { PaneContent } from './pane-contents'
import type { PaneView } from './pane-view'

interface PaneLegendProps {
  content: PaneContent
  view: PaneView
  map: RelevanceMap | null
  range: ScaleRange
  colormap: Colormap
  /** Shown instead of the pane's own name. */
  label?: string
}

/** The colours of a pane with their numbers, and the value under the cursor. */
export function PaneLegend({ content, view, map, range, colormap, label }: PaneLegendProps) {
  return (
    <footer className={classes.legend}>
      {map && <ColorBar colormap={colormap} range={range} label={label ?? content.what} />}
      {map && isFlat(range) && <span>All patches have the same value.</span>}
      <PatchValue patch={patchUnderCursor(content, map, view)} values={map?.values} />
    </footer>
  )
}
