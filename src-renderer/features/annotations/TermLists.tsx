import { ActionIcon, Button, TextInput } from '@mantine/core'
import { type AnnotationState, TAG_HOTKEYS, type Term, VERDICT_HOTKEYS } from '@shared/api'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useSaveTerms } from '../../api/annotation-terms'
import { InlineError } from '../../ui/Messages'
import { Panel } from '../../ui/Panel'
import classes from './AnnotationsScreen.module.css'

type Entry = Omit<Term, 'id'> & { id: number | null }

/** The lists of tags and verdicts: names, colours, keys, order. */
export function TermLists({ state }: { state: AnnotationState }) {
  return (
    <div className={classes.parts}>
      <TermList
        key={JSON.stringify(state.tags)}
        title="Tags"
        one="tag"
        stored={state.tags}
        keys={TAG_HOTKEYS}
        list="tags"
      />
      <TermList
        key={`verdicts ${JSON.stringify(state.verdicts)}`}
        title="Verdicts"
        one="verdict"
        stored={state.verdicts}
        keys={VERDICT_HOTKEYS}
        list="verdicts"
      />
    </div>
  )
}

interface TermListProps {
  title: string
  one: string
  stored: Term[]
  keys: string
  list: 'tags' | 'verdicts'
}

/** A list as it is edited; nothing changes until it is saved, in one step that can be undone. */
function TermList({ title, one, stored, keys, list }: TermListProps) {
  const [entries, setEntries] = useState<Entry[]>(stored)
  const save = useSaveTerms(list)
  const change = (index: number, part: Partial<Entry>) =>
    setEntries(entries.map((entry, i) => (i === index ? { ...entry, ...part } : entry)))
  const move = (index: number, by: number) => {
    const moved = [...entries]
    const [entry] = moved.splice(index, 1)
    if (entry) moved.splice(index + by, 0, entry)
    setEntries(moved)
  }
  const removed = stored.filter(({ id }) => !entries.some((entry) => entry.id === id))
  const changed = JSON.stringify(entries) !== JSON.stringify(stored)
  return (
    <Panel
      title={title}
      aside={
        <Button
          size="compact-xs"
          onClick={() => setEntries([...entries, { id: null, name: '', colour: '#0072b2', hotkey: null }])}
        >
          Add a {one}
        </Button>
      }
    >
      {entries.length === 0 && <p>None yet. A {one} is added when it is first used, or here.</p>}
      <ul className={classes.terms} aria-label={title}>
        {entries.map(({ id, name, colour, hotkey }, i) => (
          <li key={id ?? `new ${i}`}>
            <input
              type="color"
              className={classes.colour}
              aria-label={`Colour of ${name || `the new ${one}`}`}
              value={colour}
              onChange={(event) => change(i, { colour: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              className={classes.termName}
              aria-label={`Name of ${stored.find((term) => term.id === id)?.name ?? `the new ${one}`}`}
              autoFocus={id === null}
              maxLength={100}
              value={name}
              onChange={(event) => change(i, { name: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              w={44}
              aria-label={`Key of ${name || `the new ${one}`}`}
              maxLength={1}
              value={hotkey ?? ''}
              onChange={(event) => change(i, { hotkey: event.currentTarget.value.toLowerCase() || null })}
            />
            <ActionIcon size="sm" aria-label={`Move ${name} up`} disabled={i === 0} onClick={() => move(i, -1)}>
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={`Move ${name} down`}
              disabled={i === entries.length - 1}
              onClick={() => move(i, 1)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={`Remove ${name}`}
              onClick={() => setEntries(entries.filter((_, other) => other !== i))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <p className={classes.explained}>Keys: {[...keys].join(' ')}. A new name is taken over on every sample.</p>
      {removed.length > 0 && (
        <p role="alert" className={classes.warning}>
          Saving takes {removed.map(({ name }) => `“${name}”`).join(', ')} from every sample, whoever gave it. Ctrl+Z
          brings it back.
        </p>
      )}
      {save.isError && <InlineError error={save.error} />}
      {changed && (
        <div className={classes.saveBar}>
          <Button size="xs" variant="filled" loading={save.isPending} onClick={() => save.mutate(entries)}>
            Save {title.toLowerCase()}
          </Button>
          <Button size="xs" onClick={() => setEntries(stored)}>
            Discard changes
          </Button>
        </div>
      )}
    </Panel>
  )
}
