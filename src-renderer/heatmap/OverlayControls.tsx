import { Tooltip } from '@mantine/core'
import { DEFAULT_SCALE, SCALE_IDS, type ScaleId, SCALES } from '@shared/heatmap/scale'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import type { View } from '../base/view'
import { Choice } from '../ui/Choice'
import { Formula } from './Formula'
import { ColoursControl, FadeControl, OpacityControl, PatchesControl } from './display-controls'
import classes from './display-controls.module.css'

interface OverlayControlsProps {
  methods: readonly MethodId[]
  view: View
  method: MethodId | null
  change: (part: Partial<View>) => void
  drag: (part: Partial<View>) => void
  settle: (part: Partial<View>) => void
  /** Where maps come one after the other there is no range for all of them: each has its own. */
  noSharedScale?: boolean
}

const namesOf = (ids: readonly ScaleId[]) =>
  Object.fromEntries(ids.map((id) => [id, SCALES[id].name])) as Record<ScaleId, string>
const SCALE_NAMES = namesOf(SCALE_IDS)
const OWN_SCALE_NAMES = namesOf(SCALE_IDS.filter((id) => id !== 'shared'))

/** Method, colours, scale and opacity of an overlay. */
export function OverlayControls(props: OverlayControlsProps) {
  const { methods, view, method, change, drag, settle, noSharedScale = false } = props
  const scale = noSharedScale && view.scale === 'shared' ? DEFAULT_SCALE : view.scale
  const disabled = method === null || !view.overlay
  const names = Object.fromEntries(methods.map((id) => [id, METHODS[id].name])) as Record<MethodId, string>
  return (
    <>
      <Tooltip label={method && <Formula method={method} />} disabled={method === null}>
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
      <Tooltip label={SCALES[scale].meaning}>
        <div>
          <Choice
            label="Scale"
            quiet
            className={classes.scale}
            value={scale}
            disabled={disabled}
            options={noSharedScale ? OWN_SCALE_NAMES : SCALE_NAMES}
            onChange={(next) => change({ scale: next })}
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
