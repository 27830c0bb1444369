import { SegmentedControl } from '@mantine/core'
import classes from './Segments.module.css'

interface SegmentsProps<Value extends string> {
  label: string
  /** The label is for readers of the screen only: the place says it. */
  quiet?: boolean
  value: Value
  /** What each value is called, in order. */
  options: Record<Value, string>
  fullWidth?: boolean
  className?: string
  onChange: (value: Value) => void
}

/** One of two to four values, all of them in view. */
export function Segments<Value extends string>({ label, quiet, options, ...rest }: SegmentsProps<Value>) {
  const segments = (
    <SegmentedControl
      size="xs"
      aria-label={label}
      {...rest}
      data={Object.entries<string>(options).map(([value, name]) => ({ value: value as Value, label: name }))}
    />
  )
  if (quiet) return segments
  return (
    <div>
      <p className={classes.label} aria-hidden>
        {label}
      </p>
      {segments}
    </div>
  )
}
