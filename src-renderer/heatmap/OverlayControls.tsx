import { NativeSelect, Switch, Tooltip } from '@mantine/core'
import { COLORMAP_IDS, COLORMAPS, type ColormapId } from '@shared/heatmap/colormap'
import { SCALE_IDS, SCALES, type ScaleId } from '@shared/heatmap/scale'
import { METHODS, type MethodId } from '@shared/methods'
import type { View } from '../app/view'
import { PercentSlider } from '../ui/PercentSlider'
import classes from './OverlayControls.module.css'

interface OverlayControlsProps {
  methods: readonly MethodId[]
  view: View
  method: MethodId | null
  change: (part: Partial<View>) => void
  drag: (part: Partial<View>) => void
  settle: (part: Partial<View>) => void
}

/** Method, colours, scale and opacity of an overlay: the same controls wherever maps are drawn. */
export function OverlayControls({ methods, view, method, change, drag, settle }: OverlayControlsProps) {
  const disabled = method === null || !view.overlay
  return (
    <>
      <Tooltip label={method ? METHODS[method].formula : ''} disabled={method === null} ff="monospace">
        <NativeSelect
          size="xs"
          aria-label="Method"
          className={classes.method}
          value={method ?? ''}
          disabled={disabled}
          data={methods.map((id) => ({ value: id, label: METHODS[id].name }))}
          onChange={(event) => change({ method: event.currentTarget.value as MethodId })}
        />
      </Tooltip>
      <NativeSelect
        size="xs"
        aria-label="Colours"
        className={classes.colors}
        value={view.colormap}
        disabled={disabled}
        data={COLORMAP_IDS.map((id) => ({ value: id, label: COLORMAPS[id].name }))}
        onChange={(event) => change({ colormap: event.currentTarget.value as ColormapId })}
      />
      <Tooltip label={SCALES[view.scale].meaning}>
        <NativeSelect
          size="xs"
          aria-label="Scale"
          className={classes.scale}
          value={view.scale}
          disabled={disabled}
          data={SCALE_IDS.map((id) => ({ value: id, label: SCALES[id].name }))}
          onChange={(event) => change({ scale: event.currentTarget.value as ScaleId })}
        />
      </Tooltip>
      <NativeSelect
        size="xs"
        aria-label="Patches"
        className={classes.patches}
        value={view.interpolation}
        disabled={disabled}
        data={[
          { value: 'bilinear', label: 'Smooth' },
          { value: 'nearest', label: 'Patches' },
        ]}
        onChange={(event) =>
          change({ interpolation: event.currentTarget.value === 'nearest' ? 'nearest' : 'bilinear' })
        }
      />
      {/* Arrow keys that move a slider must not walk through samples as well. */}
      <div className={classes.opacity} onKeyDown={(event) => event.stopPropagation()}>
        <span aria-hidden>Opacity</span>
        <PercentSlider
          className={classes.slider}
          label="Opacity of the overlay"
          disabled={disabled}
          value={view.opacity}
          onChange={(opacity) => drag({ opacity })}
          onChangeEnd={(opacity) => settle({ opacity })}
        />
      </div>
      <Tooltip label="Low relevance is see-through, so that the picture stays visible there">
        <Switch
          size="xs"
          label="Fade"
          checked={view.fade}
          disabled={disabled}
          onChange={(event) => change({ fade: event.currentTarget.checked })}
        />
      </Tooltip>
    </>
  )
}
