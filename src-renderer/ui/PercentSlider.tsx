import { Slider } from '@mantine/core'

interface PercentSliderProps {
  label: string
  value: number
  min?: number
  max?: number
  disabled?: boolean
  className?: string
  /** While it is dragged. */
  onChange: (percent: number) => void
  /** When it is let go, where that is something else. */
  onChangeEnd?: (percent: number) => void
}

/** A share in percent, set by dragging or by arrow keys. */
export function PercentSlider({ label, ...rest }: PercentSliderProps) {
  return <Slider thumbLabel={label} size={3} thumbSize={12} color="gray" label={(value) => `${value} %`} {...rest} />
}
