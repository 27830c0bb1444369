import { Loader } from '@mantine/core'
import { imageUrls } from '@shared/api'
import type { Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import type { RelevanceMap } from '../../api/sample-queries'
import { DetectionBox } from '../../heatmap/DetectionBox'
import { boxLabel } from '../../ui/box-label'
import { PatchMarker } from '../../heatmap/PatchMarker'
import { Picture } from '../../heatmap/Picture'
import { ZoomRoom } from '../../heatmap/ZoomRoom'
import { modelRegion } from '../../heatmap/model-region'
import { patchAt, patchOf } from '../../heatmap/patches'
import { InlineError } from '../../ui/Messages'
import classes from './CompareScreen.module.css'
import type { PaneContent } from './pane-contents'
import type { PaneView } from './pane-view'

interface PanePictureProps {
  content: PaneContent
  view: PaneView
  map: RelevanceMap | null
  range: ScaleRange
  colormap: Colormap
}

/** The picture of a pane in its room, with the cursor that all panes share. */
export function PanePicture({ content, view, map, range, colormap }: PanePictureProps) {
  const { run, row, pane, error, pending, retry } = content
  if (error && !row) return <InlineError error={error} retry={retry} />
  if (!run || !row) return <Loader size="sm" color="gray" role="img" aria-label="Loading the pane" />
  const region = modelRegion(row.width, row.height, run.definition.preprocessing)
  const under = map && view.cursor ? patchAt(view.cursor, map.grid, region) : null
  const from = pane.map.kind === 'head' && map ? pane.map.patch : null
  return (
    <>
      <ZoomRoom viewport={view.viewport} onViewport={view.onViewport} onPoint={view.onCursor}>
        <Picture
          src={imageUrls.image(run.id, row.id)}
          alt={`${row.path}, ${content.what} ${content.aside}`.trim()}
          width={row.width || 1}
          height={row.height || 1}
          preprocessing={run.definition.preprocessing}
          map={map}
          range={range}
          colormap={colormap}
          interpolation={view.interpolation}
          fade={view.fade && colormap.kind === 'sequential'}
          look={colormap.kind === 'diverging' && view.look === 'mask' ? 'heat' : view.look}
          top={view.top}
          fit="stage"
        >
          {view.box && (
            <DetectionBox
              detection={content.detection}
              width={row.width}
              height={row.height}
              preprocessing={run.definition.preprocessing}
              label={content.detection && boxLabel(run, content.detection, content.explained)}
            />
          )}
          {map && from !== null && (
            <PatchMarker patch={patchOf(from, map.grid)} grid={map.grid} region={region} kind="chosen" />
          )}
          {map && under && <PatchMarker patch={under} grid={map.grid} region={region} kind="cursor" />}
        </Picture>
      </ZoomRoom>
      {pending && (
        <Loader className={classes.busy} size="sm" color="gray" role="img" aria-label={`Computing ${content.what}`} />
      )}
      {error && (
        <div className={classes.failed}>
          <InlineError error={error} retry={retry} />
        </div>
      )}
    </>
  )
}

/** The patch under the cursor in a pane's own grid. */
export function patchUnderCursor({ row, run }: PaneContent, map: RelevanceMap | null, { cursor }: PaneView) {
  if (!cursor || !map || !row || !run) return null
  return patchAt(cursor, map.grid, modelRegion(row.width, row.height, run.definition.preprocessing))
}
