import { Slider, Switch } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { IconLayoutGrid } from '@tabler/icons-react'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { MethodId } from '@shared/methods'
import { useSharedRange } from '../../api/sample-queries'
import { TILE_SIZES, type View } from '../../app/view'
import { ColorBar } from '../../heatmap/ColorBar'
import { OverlayControls } from '../../heatmap/OverlayControls'
import classes from './DisplayBar.module.css'

interface DisplayBarProps {
  run: RunInfo
  view: View
  method: MethodId | null
  ids: Uint32Array | undefined
  change: (part: Partial<View>) => void
  /** Shows a value while a slider is dragged, without an entry in the address. */
  drag: (part: Partial<View>) => void
  settle: (part: Partial<View>) => void
}

/** How samples are drawn: overlay, method, colours, opacity, scale, size. */
export function DisplayBar({ run, view, method, ids, change, drag, settle }: DisplayBarProps) {
  const shared = useSharedRange(run.id, ids, method ?? 'gmar_l1', view.scale === 'shared' && method !== null)
  const range = view.scale === 'shared' ? (shared.data?.range ?? null) : null
  return (
    <div className={classes.room}>
      <div className={classes.bar} role="toolbar" aria-label="Display">
        <Switch
          size="xs"
          label="Overlay"
          checked={view.overlay}
          disabled={method === null}
          onChange={(event) => change({ overlay: event.currentTarget.checked })}
        />
        <OverlayControls
          methods={run.definition.methods}
          view={view}
          method={method}
          change={change}
          drag={drag}
          settle={settle}
        />
        <div className={classes.legend}>
          <ColorBar colormap={COLORMAPS[view.colormap]} range={range} label="Relevance" />
        </div>
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
  )
}
