import { Switch } from '@mantine/core'
import type { MethodId } from '@headlight/explain/methods'
import { memo } from 'react'
import type { SampleState } from '../../base/view'
import { BoxControl, LookControl, TopControl } from '../../heatmap/display-controls'
import { LOOK_IDS } from '../../base/look'
import { OverlayControls } from '../../heatmap/OverlayControls'
import classes from './Stage.module.css'

interface StageControlsProps {
  methods: readonly MethodId[]
  /** Whether the model gives boxes. */
  hasBoxes: boolean
  view: SampleState
  method: MethodId | null
  change: (part: Partial<SampleState>) => void
  drag: (part: Partial<SampleState>) => void
}

/** Whether and how the map lies over the large picture. */
export const StageControls = memo(function StageControls(props: StageControlsProps) {
  const { methods, hasBoxes, view, method, change, drag } = props
  return (
    <div className={classes.controls} role="toolbar" aria-label="Display">
      {method !== null && (
        <Switch
          size="xs"
          label="Overlay"
          checked={view.overlay}
          onChange={(event) => change({ overlay: event.currentTarget.checked })}
        />
      )}
      {hasBoxes && <BoxControl value={view.box} onChange={(box) => change({ box })} />}
      {method !== null && (
        <LookControl
          looks={LOOK_IDS}
          value={view.look}
          disabled={!view.overlay}
          onChange={(look) => change({ look })}
        />
      )}
      {method !== null && view.look === 'mask' && (
        <TopControl
          value={view.top}
          disabled={!view.overlay}
          onDrag={(top) => drag({ top })}
          onChange={(top) => change({ top })}
        />
      )}
      {method !== null && (
        <OverlayControls methods={methods} view={view} method={method} change={change} drag={drag} settle={change} />
      )}
    </div>
  )
})
