import { Button, Loader } from '@mantine/core'
import { type RunInfo, type SampleDetail, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { isFlat } from '@shared/heatmap/scale'
import { withoutResult } from '@shared/without-result'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useSharedRange } from '../../api/sample-queries'
import type { SampleState } from '../../base/view'
import { ColorBar } from '../../heatmap/ColorBar'
import { DetectionBox } from '../../heatmap/DetectionBox'
import { PatchMarker } from '../../heatmap/PatchMarker'
import { PatchValue } from '../../heatmap/PatchValue'
import { Picture } from '../../heatmap/Picture'
import { ZoomRoom } from '../../heatmap/ZoomRoom'
import { mapRange } from '../../heatmap/map-range'
import { modelRegion } from '../../heatmap/model-region'
import { type Patch, patchAt, patchOf } from '../../heatmap/patches'
import type { Point, Viewport } from '../../heatmap/viewport'
import { EmptyMessage, InlineError } from '../../ui/Messages'
import { isWithoutTarget } from '../../ui/not-explained'
import { RegionLayer } from '../../shared/annotating/RegionLayer'
import { useRegionTool } from '../../shared/annotating/region-tool'
import { LayerSlider } from './LayerSlider'
import { PatchKeys } from './PatchKeys'
import { boxLabel } from '../../ui/box-label'
import classes from './Stage.module.css'
import type { HeadId } from '../../shared/heads/head-id'
import type { ShownExplanation } from './shown-explanation'
import type { StageMap } from './stage-map'

interface StageProps {
  run: RunInfo
  id: number
  detail: SampleDetail | undefined
  ids: Uint32Array | undefined
  view: SampleState
  method: MethodId | null
  /** The head whose attention is shown instead of a method. */
  head: HeadId | null
  shown: StageMap
  /** What is known of the target that is shown. */
  explanation: ShownExplanation | undefined
  viewport: Viewport
  onViewport: (viewport: Viewport) => void
  onLayer: (layer: number | null) => void
  onPatch: (patch: number | null) => void
  onLeaveHead: () => void
}

/** The large picture and what is drawn over it, with its numbers. */
export function Stage(props: StageProps) {
  const { run, id, detail, ids, view, method, head, shown, viewport, onViewport, onLayer, onPatch, onLeaveHead } = props
  const { detection } = props.explanation ?? {}
  const [cursor, setCursor] = useState<Point | null>(null)
  const { tool } = useRegionTool()
  // The shared range is that of the method's stored maps: it fits nothing else.
  const stored = head === null && view.target === '' && view.layer === null && method !== null
  const canShare = stored && run.definition.methods.includes(method)
  const shared = useSharedRange(run.id, ids, method ?? 'gmar_l1', view.scale === 'shared' && canShare)
  const { map, what } = shown
  const range = mapRange(map, view.scale === 'shared' && !canShare ? 'minmax' : view.scale, shared.data?.range ?? null)
  const row = detail?.row
  const region = modelRegion(row?.width ?? 0, row?.height ?? 0, run.definition.preprocessing)
  const grid = map?.grid ?? run.model.grid
  const under = cursor && grid ? patchAt(cursor, grid, region) : null
  const nothing = withoutResult(run)
  // Its size is not stored, and whether it can be read shows when it is.
  const mayBeReadable = nothing === 'Not explained'
  const choose = (patch: Patch | null) => {
    if (head && patch) onPatch(patch.index)
  }

  const picture = (withMap: boolean) =>
    row && (
      <ZoomRoom
        viewport={viewport}
        onViewport={onViewport}
        onPoint={setCursor}
        onPick={(point) => grid && choose(patchAt(point, grid, region))}
        pans={tool === null}
      >
        <Picture
          src={imageUrls.image(run.id, id)}
          alt={withMap ? row.path : `${row.path}, without overlay`}
          width={row.width || 1}
          height={row.height || 1}
          preprocessing={run.definition.preprocessing}
          map={withMap && view.overlay ? map : null}
          range={range}
          colormap={COLORMAPS[view.colormap]}
          interpolation={view.interpolation}
          fade={view.fade}
          look={view.look === 'pair' ? 'heat' : view.look}
          top={view.top}
          fit="stage"
        >
          {view.box && !head && (
            <DetectionBox
              detection={detection}
              width={row.width}
              height={row.height}
              preprocessing={run.definition.preprocessing}
              label={detection && boxLabel(run, detection, props.explanation?.target)}
            />
          )}
          {grid && view.patch !== null && head && (
            <PatchMarker patch={patchOf(view.patch, grid)} grid={grid} region={region} kind="chosen" />
          )}
          {grid && under && map && <PatchMarker patch={under} grid={grid} region={region} kind="cursor" />}
          {head && grid && withMap && (
            <PatchKeys grid={grid} region={region} at={under} onMove={setCursor} onChoose={choose} />
          )}
          {row.width > 0 && <RegionLayer runId={run.id} sampleId={id} width={row.width} height={row.height} />}
        </Picture>
      </ZoomRoom>
    )
  return (
    <section className={classes.stage} aria-label="Picture">
      <div className={classes.room} data-pair={view.look === 'pair'} data-head={head !== null}>
        {row?.error ? (
          <div className={classes.without}>
            {mayBeReadable && (
              <img
                key={id}
                src={imageUrls.image(run.id, id)}
                alt={row.path}
                onError={({ currentTarget }) => (currentTarget.hidden = true)}
              />
            )}
            <EmptyMessage title={nothing}>{row.error}</EmptyMessage>
          </div>
        ) : (
          <>
            {view.look === 'pair' && picture(false)}
            {picture(true)}
          </>
        )}
      </div>
      <div className={classes.legend} data-testid="legend">
        <span className={classes.what} aria-live="polite">
          {what}
        </span>
        {head && view.patch !== null && (
          <Button size="compact-xs" onClick={() => onPatch(null)}>
            From the read-out token
          </Button>
        )}
        {head && (
          <Button
            size="compact-xs"
            variant="default"
            rightSection={<IconX size={12} aria-hidden />}
            onClick={onLeaveHead}
          >
            Back to {method ? METHODS[method].name : 'the picture'}
          </Button>
        )}
        {shown.computing && <Loader size={14} color="gray" role="img" aria-label={`Computing: ${what}`} />}
        {shown.error &&
          (isWithoutTarget(shown.error) ? (
            <span className={classes.note}>{shown.error.message}</span>
          ) : (
            <InlineError error={shown.error} />
          ))}
        {head && view.patch === null && map && (
          <span className={classes.note}>Click a patch to see its attention.</span>
        )}
        {map && isFlat(range) && <span className={classes.note}>All patches have the same value.</span>}
        {!head && method && map && <LayerSlider layers={run.model.layers} layer={view.layer} onChange={onLayer} />}
        <span className={classes.bar}>
          <PatchValue patch={under} values={map?.values} />
          {map && <ColorBar colormap={COLORMAPS[view.colormap]} range={range} label={what} />}
        </span>
      </div>
    </section>
  )
}
