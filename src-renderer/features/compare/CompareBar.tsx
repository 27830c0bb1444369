import { NativeSelect, SegmentedControl, Switch, Tooltip } from '@mantine/core'
import { COLORMAP_IDS, COLORMAPS, type ColormapId } from '@shared/heatmap/colormap'
import { SCALES } from '@shared/heatmap/scale'
import { LOOKS } from '../../heatmap/look'
import { PercentSlider } from '../../ui/PercentSlider'
import type { Arrangement, CompareState } from './compare-state'
import classes from './CompareScreen.module.css'
import { paneLetter } from './pane-view'

interface CompareBarProps {
  state: CompareState
  panes: number
  pair: [number, number]
  change: (part: Partial<CompareState>) => void
  drag: (part: Partial<CompareState>) => void
}

const NAMES: Record<Arrangement, string> = {
  panes: 'Side by side',
  swipe: 'Swipe',
  difference: 'Difference',
  grid: 'Grid',
}

/** How panes are arranged and drawn: the same colours, look and scale for all of them. */
export function CompareBar({ state, panes, pair, change, drag }: CompareBarProps) {
  const letters = Array.from({ length: panes }, (_, index) => ({ value: String(index), label: paneLetter(index) }))
  const ofTwo = (state.show === 'swipe' || state.show === 'difference') && panes > 2
  const choose = (part: 'a' | 'b', value: number) => {
    const [a, b] = pair
    const other = part === 'a' ? b : a
    const previous = part === 'a' ? a : b
    // Choosing the other one exchanges them.
    if (part === 'a') change({ a: value, b: value === other ? previous : other })
    else change({ b: value, a: value === other ? previous : other })
  }
  return (
    <div className={classes.bar} role="toolbar" aria-label="Comparison">
      <SegmentedControl
        size="xs"
        aria-label="Arrangement"
        value={state.show}
        data={Object.entries(NAMES).map(([value, label]) => ({ value, label, disabled: needsTwo(value) && panes < 2 }))}
        onChange={(show) => change({ show: show as Arrangement })}
      />
      {ofTwo && (
        <span className={classes.couple}>
          <NativeSelect
            size="xs"
            aria-label="First pane"
            value={pair[0]}
            data={letters}
            onChange={(event) => choose('a', Number(event.currentTarget.value))}
          />
          and
          <NativeSelect
            size="xs"
            aria-label="Second pane"
            value={pair[1]}
            data={letters}
            onChange={(event) => choose('b', Number(event.currentTarget.value))}
          />
        </span>
      )}
      <NativeSelect
        size="xs"
        aria-label="Look"
        value={state.look}
        data={(['heat', 'contour', 'mask'] as const).map((look) => ({ value: look, label: LOOKS[look].name }))}
        onChange={(event) => change({ look: event.currentTarget.value as CompareState['look'] })}
      />
      <NativeSelect
        size="xs"
        aria-label="Colours"
        value={state.colormap}
        data={COLORMAP_IDS.map((id) => ({ value: id, label: COLORMAPS[id].name }))}
        onChange={(event) => change({ colormap: event.currentTarget.value as ColormapId })}
      />
      <Tooltip label={state.scale === 'shared' ? SCALES.shared.meaning : SCALES.minmax.meaning}>
        <NativeSelect
          size="xs"
          aria-label="Scale"
          value={state.scale}
          data={[
            { value: 'own', label: 'Own range' },
            { value: 'shared', label: 'Shared range' },
          ]}
          onChange={(event) => change({ scale: event.currentTarget.value === 'shared' ? 'shared' : 'own' })}
        />
      </Tooltip>
      <NativeSelect
        size="xs"
        aria-label="Patches"
        value={state.interpolation}
        data={[
          { value: 'bilinear', label: 'Smooth' },
          { value: 'nearest', label: 'Patches' },
        ]}
        onChange={(event) =>
          change({ interpolation: event.currentTarget.value === 'nearest' ? 'nearest' : 'bilinear' })
        }
      />
      {/* Arrow keys that move a slider must not move the cursor as well. */}
      <div className={classes.opacity} onKeyDown={(event) => event.stopPropagation()}>
        <span aria-hidden>{state.look === 'mask' ? 'Top' : 'Opacity'}</span>
        {state.look === 'mask' ? (
          <PercentSlider
            className={classes.slider}
            label="Share of the picture that stays"
            min={1}
            max={99}
            value={state.top}
            onChange={(top) => drag({ top })}
            onChangeEnd={(top) => change({ top })}
          />
        ) : (
          <PercentSlider
            className={classes.slider}
            label="Opacity of the overlay"
            value={state.opacity}
            onChange={(opacity) => drag({ opacity })}
            onChangeEnd={(opacity) => change({ opacity })}
          />
        )}
      </div>
      <Switch
        size="xs"
        label="Fade"
        checked={state.fade}
        onChange={(event) => change({ fade: event.currentTarget.checked })}
      />
    </div>
  )
}

const needsTwo = (arrangement: string) => arrangement === 'swipe' || arrangement === 'difference'
