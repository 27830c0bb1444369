import { CloseButton, Popover, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useCommands } from '../../app/commands'
import { filterCommands } from './commands'
import { FilterLegend } from './FilterLegend'
import { filterError } from './filter-terms'
import classes from './FilterField.module.css'

/** Milliseconds without a key before a written filter is applied. */
const SETTLE_MS = 400

/** The filter as text, applied when writing pauses or with Enter. `/` jumps to it; its language is shown while it is. */
export function FilterField({ value, onCommit }: { value: string; onCommit: (filter: string) => void }) {
  const [draft, setDraft] = useState<string | null>(null)
  const [focused, setFocused] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const text = draft ?? value
  const error = filterError(text)
  const commit = (next: string) => {
    if (filterError(next)) return
    setDraft(null)
    if (next !== value) onCommit(next)
  }
  const commitLater = useDebouncedCallback(commit, SETTLE_MS)
  useCommands(filterCommands, { write: () => input.current?.focus() })
  return (
    <Popover opened={focused} position="bottom-start" shadow="md" offset={6} withRoles={false} trapFocus={false}>
      <Popover.Target>
        <TextInput
          ref={input}
          className={classes.filter}
          size="xs"
          aria-label="Filter"
          aria-invalid={error !== null}
          error={error !== null && draft === null}
          placeholder="Filter, for example correct:false conf>0.9"
          spellCheck={false}
          leftSection={<IconFilter size={14} stroke={1.7} aria-hidden />}
          rightSection={
            text !== '' && (
              <CloseButton
                size="xs"
                aria-label="Clear the filter"
                onClick={() => {
                  setDraft(null)
                  onCommit('')
                }}
              />
            )
          }
          value={text}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onChange={(event) => {
            setDraft(event.currentTarget.value)
            commitLater(event.currentTarget.value)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit(event.currentTarget.value)
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
      </Popover.Target>
      <Popover.Dropdown className={classes.legend}>
        {error !== null && (
          <Text size="xs" c="var(--hl-bad)" role="alert" mb={8}>
            {error.message}
          </Text>
        )}
        <FilterLegend />
      </Popover.Dropdown>
    </Popover>
  )
}
