import { CloseButton, Popover, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import type { RunInfo } from '@shared/api'
import { IconFilter } from '@tabler/icons-react'
import { useId, useLayoutEffect, useRef, useState } from 'react'
import { useProject } from '../../api/queries'
import { useCommands } from '../../base/commands'
import { filterCommands } from './commands'
import { type Completions, type Offers, complete } from './completion'
import classes from './FilterField.module.css'
import { FilterHelp } from './FilterHelp'
import { filterError } from './filter-terms'
import { recentFilters, rememberFilter } from './recent-filters'
import { useVocabulary } from './use-vocabulary'

/** Milliseconds without a key before a written filter is applied. */
const SETTLE_MS = 400

interface FilterFieldProps {
  run: RunInfo
  /** Any sample of the run, for the names of its metadata. */
  sample?: number
  value: string
  onCommit: (filter: string) => void
}

/**
 * The filter as text, applied when writing pauses or with Enter. It is completed as it is written (Tab or Enter takes the
 * marked completion), its mistakes are underlined, and filters that were used are offered while it is empty.
 */
export function FilterField({ run, sample, value, onCommit }: FilterFieldProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const [focused, setFocused] = useState(false)
  /** Whether help is shown; Enter ends it until writing goes on. */
  const [opened, setOpened] = useState(false)
  /** Whether something was written since the field got the focus: before, Tab goes through it. */
  const [writing, setWriting] = useState(false)
  const [cursor, setCursor] = useState(0)
  const [marked, setMarked] = useState(-1)
  /** The text that Enter was last pressed on. */
  const [entered, setEntered] = useState<string | null>(null)
  /** How far a long text has moved to the left, CSS pixels. */
  const [scrolled, setScrolled] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  /** Where the cursor goes after a completion was inserted. */
  const place = useRef<{ text: string; at: number } | null>(null)
  const listId = useId()
  const project = useProject().data?.path ?? ''
  const vocabulary = useVocabulary(run, sample)
  const text = draft ?? value
  const mistake = filterError(text)
  // What ends where one writes may only be half written: it is a mistake once Enter says that it is whole.
  const isHalf = mistake !== null && draft !== null && draft !== entered && mistake.span.end >= text.trimEnd().length
  const error = isHalf ? null : mistake
  const isOpen = focused && opened
  const offered = isOpen ? offers(text, cursor, complete(text, cursor, vocabulary), recentFilters(project)) : null

  const commit = (next: string) => {
    if (filterError(next)) return
    setDraft(null)
    setMarked(-1)
    if (next === value) return
    rememberFilter(project, next)
    onCommit(next)
  }
  const commitLater = useDebouncedCallback(commit, SETTLE_MS)
  useCommands(filterCommands, { write: () => input.current?.focus() })

  const write = (next: string, at: number) => {
    setOpened(true)
    setWriting(true)
    setDraft(next)
    setMarked(-1)
    setCursor(at)
    commitLater(next)
  }
  const take = (option: number) => {
    const chosen = offered?.options[option]
    if (!offered || !chosen) return text
    const next = text.slice(0, offered.start) + chosen.text + text.slice(offered.end)
    const at = offered.start + chosen.text.length
    write(next, at)
    place.current = { text: next, at }
    return next
  }
  // Before the next key is heard: later, it would move the cursor back before what was written since.
  useLayoutEffect(() => {
    const taken = place.current
    place.current = null
    if (taken && input.current?.value === taken.text) input.current.setSelectionRange(taken.at, taken.at)
  })
  /** Applies it and is done, unless it cannot be understood. */
  const enter = (next: string) => {
    commitLater.cancel()
    setEntered(next)
    commit(next)
    if (!filterError(next)) setOpened(false)
  }
  /** Takes an option, and applies what is whole by it. */
  const choose = (option: number) => {
    const next = take(option)
    if (!isBegun(next)) enter(next)
  }
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const count = offered?.options.length ?? 0
    if (!isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) setOpened(true)
    else if (event.key === 'ArrowDown' && count > 0) setMarked((marked + 1) % count)
    else if (event.key === 'ArrowUp' && count > 0) setMarked((Math.max(marked, 0) + count - 1) % count)
    else if (event.key === 'Tab' && !event.shiftKey && writing && count > 0) take(Math.max(0, marked))
    else if (event.key === 'Enter' && marked >= 0) choose(marked)
    else if (event.key === 'Enter') return enter(event.currentTarget.value)
    else if (event.key === 'Escape') return event.currentTarget.blur()
    else return
    event.preventDefault()
  }

  return (
    <Popover opened={isOpen} position="bottom-start" shadow="md" offset={6} withRoles={false} trapFocus={false}>
      <Popover.Target>
        <div className={classes.field}>
          {error && <Mistake text={text} start={error.span.start} end={error.span.end} scrolled={scrolled} />}
          <TextInput
            ref={input}
            classNames={{ input: classes.input }}
            size="xs"
            aria-label="Filter"
            aria-autocomplete="list"
            aria-controls={offered && offered.options.length > 0 ? listId : undefined}
            aria-activedescendant={marked >= 0 ? `${listId}-${marked}` : undefined}
            aria-invalid={error !== null}
            error={error !== null && draft === null}
            placeholder="Filter, for example correct:false conf>0.9"
            spellCheck={false}
            autoComplete="off"
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
            onFocus={() => {
              setFocused(true)
              setOpened(true)
            }}
            onClick={() => setOpened(true)}
            onBlur={() => {
              setFocused(false)
              setWriting(false)
            }}
            onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
            onChange={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
            onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
          />
        </div>
      </Popover.Target>
      <Popover.Dropdown className={classes.help}>
        <FilterHelp
          id={listId}
          error={draft === null ? null : error}
          offered={offered}
          marked={marked}
          onTake={choose}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

/** Whether a text ends where a value has to follow. */
const isBegun = (text: string) => /[:<>=(,.]$/.test(text)

/** Underlines what cannot be understood, exactly below the text of the field. */
function Mistake({ text, start, end, scrolled }: { text: string; start: number; end: number; scrolled: number }) {
  return (
    <div className={classes.mistake} style={{ textIndent: -scrolled }} aria-hidden>
      {text.slice(0, start)}
      <u>{text.slice(start, Math.max(end, start + 1)) || ' '}</u>
    </div>
  )
}

/** Filters that were used while nothing is written, else what the word at the cursor may become. */
function offers(text: string, cursor: number, completions: Completions, recent: readonly string[]): Offers | null {
  if (text === '' && recent.length > 0) {
    return { title: 'Used before', start: 0, end: 0, options: recent.map((filter) => ({ text: filter, hint: '' })) }
  }
  return cursor === 0 && text !== '' ? null : { ...completions, title: 'Continue with' }
}
