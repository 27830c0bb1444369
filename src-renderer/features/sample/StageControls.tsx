import { NativeSelect, Switch, Tooltip } from '@mantine/core'
import type { MethodId } from '@shared/methods'
import { memo } from 'react'
import type { SampleState } from '../../app/view'
import { LOOKS, LOOK_IDS } from '../../heatmap/look'
import { OverlayControls } from '../../heatmap/OverlayControls'
import { PercentSlider } from '../../ui/PercentSlider'
import classes from './Stage.module.css'

interface StageControlsProps {
  methods: readonly MethodId[]
  view: SampleState
  method: MethodId | null
  change: (part: Partial<SampleState>) => void
  drag: (part: Partial<SampleState>) => void
}

/** Whether and how the map lies over the large picture. */
export const StageControls = memo(function StageControls(props: StageControlsProps) {
  const { methods, view, method, change, drag } = props
  return (
    <div className={classes.controls} role="toolbar" aria-label="Display">
      <Switch
        size="xs"
        label="Overlay"
        checked={view.overlay}
        onChange={(event) => change({ overlay: event.currentTarget.checked })}
      />
      <Tooltip label={LOOKS[view.look].meaning}>
        <NativeSelect
          size="xs"
          aria-label="Look"
          className={classes.look}
          value={view.look}
          disabled={!view.overlay}
          data={LOOK_IDS.map((id) => ({ value: id, label: LOOKS[id].name }))}
          onChange={(event) => change({ look: LOOK_IDS.find((id) => id === event.currentTarget.value) })}
        />
      </Tooltip>
      {view.look === 'mask' && (
        <div className={classes.top} onKeyDown={(event) => event.stopPropagation()}>
          <span aria-hidden>Top {view.top} %</span>
          <PercentSlider
            className={classes.topSlider}
            label="Share of the picture that stays"
            min={1}
            max={99}
            disabled={!view.overlay}
            value={view.top}
            onChange={(top) => drag({ top })}
            onChangeEnd={(top) => change({ top })}
          />
        </div>
      )}
      <OverlayControls methods={methods} view={view} method={method} change={change} drag={drag} settle={change} />
    </div>
  )
})
