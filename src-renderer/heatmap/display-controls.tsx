/** How maps are drawn, one control each: the same wherever maps are. */
import { Switch, Tooltip } from '@mantine/core'
import { COLORMAP_IDS, COLORMAPS, type ColormapId } from '@shared/heatmap/colormap'
import { IconDropletHalf2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Interpolation } from '../base/view'
import { Choice } from '../ui/Choice'
import { PercentSlider } from '../ui/PercentSlider'
import classes from './display-controls.module.css'
import { LOOKS, type LookId } from '../base/look'

interface Control<Value> {
  value: Value
  disabled?: boolean
  onChange: (value: Value) => void
}

/** Values of a list with their names, in its order. */
const named = <Id extends string>(ids: readonly Id[], names: Record<Id, { name: string }>) =>
  Object.fromEntries(ids.map((id) => [id, names[id].name])) as Record<Id, string>

const COLOURS = named(COLORMAP_IDS, COLORMAPS)
const PATCHES: Record<Interpolation, string> = { bilinear: 'Smooth', nearest: 'Patches' }

export function ColoursControl(props: Control<ColormapId>) {
  return <Choice label="Colours" quiet className={classes.colours} options={COLOURS} {...props} />
}

export function PatchesControl(props: Control<Interpolation>) {
  return <Choice label="Patches" quiet className={classes.patches} options={PATCHES} {...props} />
}

export function LookControl<Look extends LookId>({ looks, ...props }: Control<Look> & { looks: readonly Look[] }) {
  return (
    <Tooltip label={LOOKS[props.value].meaning}>
      <div>
        <Choice label="Look" quiet className={classes.look} options={named(looks, LOOKS)} {...props} />
      </div>
    </Tooltip>
  )
}

interface SliderControl extends Control<number> {
  /** While it is dragged. */
  onDrag: (value: number) => void
}

export function OpacityControl(props: SliderControl) {
  return (
    <Slider label="Opacity of the overlay" {...props}>
      <span className={classes.word}>Opacity</span>
      <IconDropletHalf2 className={classes.sign} size={15} stroke={1.6} />
    </Slider>
  )
}

/** Share of the picture that stays when the rest is masked out, percent. */
export function TopControl(props: SliderControl) {
  return (
    <Slider label="Share of the picture that stays" min={1} max={99} {...props}>
      Top {props.value} %
    </Slider>
  )
}

interface SliderProps extends SliderControl {
  label: string
  min?: number
  max?: number
  children: ReactNode
}

function Slider({ children, onDrag, onChange, ...rest }: SliderProps) {
  return (
    // Arrow keys that move a slider must not walk through samples or move a cursor as well.
    <div className={classes.opacity} onKeyDown={(event) => event.stopPropagation()}>
      <span aria-hidden>{children}</span>
      <PercentSlider className={classes.slider} onChange={onDrag} onChangeEnd={onChange} {...rest} />
    </div>
  )
}

export const FadeControl = (props: Control<boolean>) => (
  <Toggle label="Fade" meaning="Low relevance is see-through, so that the picture stays visible there" {...props} />
)

/** Whether the box of the explained query is drawn; for detectors that give boxes. */
export const BoxControl = (props: Control<boolean>) => (
  <Toggle label="Box" meaning="The box of the query that is explained" {...props} />
)

interface ToggleProps extends Control<boolean> {
  label: string
  meaning: string
}

function Toggle({ label, meaning, value, disabled, onChange }: ToggleProps) {
  return (
    <Tooltip label={meaning}>
      <Switch
        size="xs"
        label={label}
        checked={value}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </Tooltip>
  )
}
