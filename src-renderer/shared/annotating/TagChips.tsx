import { Autocomplete, UnstyledButton } from '@mantine/core'
import type { Annotation, Term } from '@shared/api'
import { memo, useState } from 'react'
import classes from './Annotations.module.css'

interface TagChipsProps {
  tags: Term[]
  reviewer: string
  annotations: Annotation[]
  onToggle: (tag: string, on: boolean) => void
  /** Leaves out the field that adds tags. */
  fixed?: boolean
}

/** Every tag as a switch with its digit. A tag of other reviewers is marked with their names. */
export const TagChips = memo(function TagChips({ tags, reviewer, annotations, onToggle, fixed }: TagChipsProps) {
  const [typed, setTyped] = useState('')
  const given = annotations.filter(({ kind }) => kind === 'tag')
  const add = (name: string) => {
    if (name.trim() === '') return
    onToggle(name.trim(), true)
    setTyped('')
  }
  return (
    <div className={classes.chips} role="group" aria-label="Tags">
      {tags.map(({ id, name, colour, hotkey }) => {
        const by = given.filter(({ text }) => text === name).map((annotation) => annotation.reviewer)
        const mine = by.includes(reviewer)
        const others = by.filter((other) => other !== reviewer)
        return (
          <UnstyledButton
            key={id}
            className={classes.chip}
            style={{ '--tag': colour }}
            aria-pressed={mine}
            onClick={() => onToggle(name, !mine)}
          >
            <span className={classes.dot} aria-hidden />
            {name}
            {others.length > 0 && <span className={classes.others}>by {others.join(', ')}</span>}
            {hotkey && <kbd className={classes.key}>{hotkey}</kbd>}
          </UnstyledButton>
        )
      })}
      {!fixed && (
        <Autocomplete
          size="xs"
          className={classes.add}
          aria-label="Add a tag"
          placeholder={tags.length === 0 ? 'Name a first tag, then Enter' : 'Add a tag'}
          data={tags.map(({ name }) => name)}
          maxLength={100}
          value={typed}
          onChange={setTyped}
          onOptionSubmit={(name) => {
            add(name)
            // The field takes over the choice after this.
            setTimeout(() => setTyped(''))
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') add(event.currentTarget.value)
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
      )}
    </div>
  )
})
