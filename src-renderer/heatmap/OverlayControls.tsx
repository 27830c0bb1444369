import { Tooltip } from '@mantine/core'
import { SCALE_IDS, SCALES } from '@shared/heatmap/scale'
import { METHODS, type MethodId } from '@shared/methods'
import type { View } from '../app/view'
import { Choice } from '../ui/Choice'
import { ColoursControl, FadeControl, OpacityControl, PatchesControl } from './display-controls'
import classes from './display-controls.module.css'

interface OverlayControlsProps {
  methods: readonly MethodId[]
  view: View
  method: MethodId | null
  change: (part: Partial<View>) => void
  drag: (part: Partial<View>) => void
  settle: (part: Partial<View>) => void
}

const SCALE_NAMES = Object.fromEntries(SCALE_IDS.map((id) => [id, SCALES[id].name])) as Record<View['scale'], string>

/** Method, colours, scale and opacity of an overlay. */
export function OverlayControls({ methods, view, method, change, drag, settle }: OverlayControlsProps) {
  const disabled = method === null || !view.overlay
  const names = Object.fromEntries(methods.map((id) => [id, METHODS[id].name])) as Record<MethodId, string>
  return (
    <>
      <Tooltip label={method ? METHODS[method].formula : ''} disabled={method === null} ff="monospace">
        <div>
          <Choice
            label="Method"
            quiet
            className={classes.method}
            value={method ?? ('' as MethodId)}
            disabled={disabled}
            options={names}
            onChange={(next) => change({ method: next })}
          />
        </div>
      </Tooltip>
      <ColoursControl value={view.colormap} disabled={disabled} onChange={(colormap) => change({ colormap })} />
      <Tooltip label={SCALES[view.scale].meaning}>
        <div>
          <Choice
            label="Scale"
            quiet
            className={classes.scale}
            value={view.scale}
            disabled={disabled}
            options={SCALE_NAMES}
            onChange={(scale) => change({ scale })}
          />
        </div>
      </Tooltip>
      <PatchesControl
        value={view.interpolation}
        disabled={disabled}
        onChange={(interpolation) => change({ interpolation })}
      />
      <OpacityControl
        value={view.opacity}
        disabled={disabled}
        onDrag={(opacity) => drag({ opacity })}
        onChange={(opacity) => settle({ opacity })}
      />
      <FadeControl value={view.fade} disabled={disabled} onChange={(fade) => change({ fade })} />
    </>
  )
}
