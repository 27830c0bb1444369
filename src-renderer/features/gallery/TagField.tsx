import { Autocomplete } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import type { RunInfo, Term } from '@shared/api'
import type { KeyboardEvent, RefObject } from 'react'
import { historyCommands } from '../../shared/annotating/commands'
import { historySteps } from '../../shared/annotating/history-steps'
import classes from './SelectionBar.module.css'

interface TagFieldProps {
  field: RefObject<HTMLInputElement | null>
  run: RunInfo
  tags: readonly Term[]
  value: string
  onChange: (name: string) => void
  onTag: (name: string) => void
}

/** Names the tag of the chosen samples. Enter gives it, Escape leaves; while it is empty, undo is that of annotations. */
export function TagField({ field, run, tags, value, onChange, onTag }: TagFieldProps) {
  const names = tags.map(({ name }) => name)
  const typed = value.trim().toLowerCase()
  const { undo, redo } = historySteps(run)
  const walk = getHotkeyHandler([
    ...historyCommands.commands.undo.keys.map((key): [string, () => void] => [key, undo]),
    ...historyCommands.commands.redo.keys.map((key): [string, () => void] => [key, redo]),
  ])
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const input = event.currentTarget
    // Enter takes a marked name of the list into the field, Escape closes the list: the field's own keys.
    if (event.key === 'Enter' && !input.hasAttribute('aria-activedescendant')) onTag(input.value)
    if (event.key === 'Escape' && input.ariaExpanded !== 'true') input.blur()
    if (input.value === '') walk(event)
  }
  return (
    <Autocomplete
      ref={field}
      size="xs"
      className={classes.tag}
      aria-label="Tag"
      placeholder="Tag"
      data={names}
      // An empty list would need one more Escape to close.
      dropdownOpened={names.some((name) => name.toLowerCase().includes(typed)) ? undefined : false}
      comboboxProps={{ position: 'top-start' }}
      value={value}
      onChange={onChange}
      onKeyDown={onKeyDown}
    />
  )
}
