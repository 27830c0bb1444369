import { Slider, Switch } from '@mantine/core'
import type { RunInfo, TargetPolicy } from '@shared/api'
import { givesBoxes } from '@shared/detection-box'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { MethodId } from '@headlight/explain/methods'
import { targetName } from '@shared/targets'
import { IconLayoutGrid } from '@tabler/icons-react'
import { useSharedRange } from '../../api/sample-queries'
import { computedTarget, useComputingMaps } from '../../api/target-maps'
import { TILE_SIZES, type View } from '../../base/view'
import { ColorBar } from '../../heatmap/ColorBar'
import { BoxControl } from '../../heatmap/display-controls'
import { OverlayControls } from '../../heatmap/OverlayControls'
import { formatCount } from '../../ui/format'
import classes from './DisplayBar.module.css'
import { GalleryTarget } from './GalleryTarget'

interface DisplayBarProps {
  run: RunInfo
  view: View
  method: MethodId | null
  /** Null for the run's own. */
  target: TargetPolicy | null
  onTarget: (target: TargetPolicy | null) => void
  ids: Uint32Array | undefined
  change: (part: Partial<View>) => void
  /** Shows a value while a slider is dragged, without changing the address. */
  drag: (part: Partial<View>) => void
  settle: (part: Partial<View>) => void
}

/** How samples are drawn: overlay, method, target, colours, opacity, scale, size. */
export function DisplayBar({ run, view, method, target, onTarget, ids, change, drag, settle }: DisplayBarProps) {
  const computed = computedTarget(run, target, method)
  const isShared = view.scale === 'shared' && !computed
  const shared = useSharedRange(run.id, ids, method ?? 'gmar_l1', isShared && method !== null)
  const range = isShared ? (shared.data?.range ?? null) : null
  const computing = useComputingMaps()
  const boxes = givesBoxes(run.model)
  const explained = computed && targetName(computed, run.definition.labels)
  return (
    <div className={classes.room}>
      <div className={classes.bar} role="toolbar" aria-label="Display" data-aimed={target !== null} data-boxes={boxes}>
        {method === null ? (
          <span className={classes.computing}>Head scores alone, no maps</span>
        ) : (
          <>
            <Switch
              size="xs"
              label="Overlay"
              checked={view.overlay}
              onChange={(event) => change({ overlay: event.currentTarget.checked })}
            />
            <OverlayControls
              methods={run.definition.methods}
              view={view}
              method={method}
              change={change}
              drag={drag}
              settle={settle}
              noSharedScale={computed !== null}
            />
          </>
        )}
        {boxes && <BoxControl value={view.box} onChange={(box) => change({ box })} />}
        {method !== null && <GalleryTarget run={run} target={target} disabled={!view.overlay} onChange={onTarget} />}
        <div className={classes.legend} data-computing={computing > 0}>
          {computing > 0 && (
            <span
              className={classes.computing}
            >{`computing ${formatCount(computing)} ${computing === 1 ? 'map' : 'maps'}`}</span>
          )}
          {method !== null && (
            <ColorBar
              colormap={COLORMAPS[view.colormap]}
              range={range}
              label={explained ? `Relevance for ${explained}` : 'Relevance'}
            />
          )}
        </div>
        <div className={classes.sizes}>
          <IconLayoutGrid className={classes.sizeIcon} size={16} stroke={1.6} aria-hidden />
          <Slider
            className={classes.size}
            thumbLabel="Tile size"
            size={3}
            thumbSize={12}
            color="gray"
            label={null}
            min={TILE_SIZES.smallest}
            max={TILE_SIZES.largest}
            step={8}
            value={view.tile}
            onChange={(tile) => drag({ tile })}
            onChangeEnd={(tile) => settle({ tile })}
          />
        </div>
      </div>
    </div>
  )
}
