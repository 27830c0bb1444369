import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { filterError } from '../../ui/filter/filter-terms'
import classes from './HeadsScreen.module.css'

interface FilterInputProps {
  label: string
  value: string
  onCommit: (filter: string) => void
}

/** A filter of one group, applied with Enter or on leaving; a text that is not a filter shows its error and is not applied. */
export function FilterInput({ label, value, onCommit }: FilterInputProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const error = filterError(draft ?? '')
  const commit = () => {
    if (draft === null || error !== null) return
    setDraft(null)
    if (draft !== value) onCommit(draft)
  }
  return (
    <TextInput
      size="xs"
      className={classes.filter}
      aria-label={label}
      placeholder="Filter, as conf>0.9"
      spellCheck={false}
      error={error?.message}
      value={draft ?? value}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  )
}
