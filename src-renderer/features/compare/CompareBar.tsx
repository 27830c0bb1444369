import { Button, SegmentedControl, Tooltip } from '@mantine/core'
import { SCALES } from '@shared/heatmap/scale'
import {
  BoxControl,
  ColoursControl,
  FadeControl,
  LookControl,
  OpacityControl,
  PatchesControl,
  TopControl,
} from '../../heatmap/display-controls'
import { Link } from 'wouter'
import { Choice } from '../../ui/Choice'
import type { Arrangement, CompareState } from '../../shared/pins/compare-state'
import classes from './CompareScreen.module.css'
import { paneLetter } from './pane-view'

interface CompareBarProps {
  state: CompareState
  panes: number
  pair: [number, number]
  /** Whether a model gives boxes. */
  hasBoxes: boolean
  /** Opens the question why the two shown samples are alike; null unless two samples of one run are shown. */
  likeness: string | null
  change: (part: Partial<CompareState>) => void
  drag: (part: Partial<CompareState>) => void
}

const NAMES: Record<Arrangement, string> = {
  panes: 'Side by side',
  swipe: 'Swipe',
  difference: 'Difference',
  grid: 'Grid',
}

const COMPARED_LOOKS = ['heat', 'contour', 'mask'] as const
const SCALE_NAMES: Record<CompareState['scale'], string> = { own: 'Own range', shared: 'Shared range' }

/** How panes are arranged and drawn: the same colours, look and scale for all of them. */
export function CompareBar({ state, panes, pair, hasBoxes, likeness, change, drag }: CompareBarProps) {
  const letters = Object.fromEntries(Array.from({ length: panes }, (_, index) => [String(index), paneLetter(index)]))
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
          <Choice
            label="First pane"
            quiet
            value={String(pair[0])}
            options={letters}
            onChange={(value) => choose('a', Number(value))}
          />
          and
          <Choice
            label="Second pane"
            quiet
            value={String(pair[1])}
            options={letters}
            onChange={(value) => choose('b', Number(value))}
          />
        </span>
      )}
      <LookControl looks={COMPARED_LOOKS} value={state.look} onChange={(look) => change({ look })} />
      <ColoursControl value={state.colormap} onChange={(colormap) => change({ colormap })} />
      <Tooltip label={state.scale === 'shared' ? SCALES.shared.meaning : SCALES.minmax.meaning}>
        <div>
          <Choice
            label="Scale"
            quiet
            value={state.scale}
            options={SCALE_NAMES}
            onChange={(scale) => change({ scale })}
          />
        </div>
      </Tooltip>
      <PatchesControl value={state.interpolation} onChange={(interpolation) => change({ interpolation })} />
      {state.look === 'mask' ? (
        <TopControl value={state.top} onDrag={(top) => drag({ top })} onChange={(top) => change({ top })} />
      ) : (
        <OpacityControl
          value={state.opacity}
          onDrag={(opacity) => drag({ opacity })}
          onChange={(opacity) => change({ opacity })}
        />
      )}
      <FadeControl value={state.fade} onChange={(fade) => change({ fade })} />
      {hasBoxes && <BoxControl value={state.box} onChange={(box) => change({ box })} />}
      {likeness !== null && (
        <Button size="xs" component={Link} href={likeness}>
          Explain likeness
        </Button>
      )}
    </div>
  )
}

const needsTwo = (arrangement: string) => arrangement === 'swipe' || arrangement === 'difference'
