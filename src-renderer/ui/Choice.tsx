import { NativeSelect } from '@mantine/core'

interface ChoiceProps<Value extends string> {
  label: string
  /** The label is for readers of the screen only: the place says it. */
  quiet?: boolean
  value: Value
  /** What each value is called, in order. */
  options: Record<Value, string> | readonly Value[]
  disabled?: boolean
  className?: string
  onChange: (value: Value) => void
}

/** One of a few values, as the system's own list. */
export function Choice<Value extends string>({ label, quiet, options, onChange, ...rest }: ChoiceProps<Value>) {
  const names = Array.isArray(options)
    ? (options as readonly Value[]).map((value) => ({ value, label: value }))
    : Object.entries<string>(options as Record<Value, string>).map(([value, name]) => ({ value, label: name }))
  return (
    <NativeSelect
      size="xs"
      {...(quiet ? { 'aria-label': label } : { label })}
      {...rest}
      data={names}
      onChange={(event) => onChange(event.currentTarget.value as Value)}
    />
  )
}
