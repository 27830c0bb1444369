import { Textarea } from '@mantine/core'
import { type RefObject, useEffect } from 'react'
import classes from './Annotations.module.css'
import { draftKey, saveNote, typeNote, useNoteDrafts } from './note-drafts'

interface NoteFieldProps {
  project: string
  reviewer: string
  sampleId: number
  /** Whether the note on the disk is known: nothing is written over one that is not. */
  known: boolean
  /** The note as it is on the disk. */
  saved: string
  field: RefObject<HTMLTextAreaElement | null>
}

/** The reviewer's note, saved while it is typed. */
export function NoteField({ project, reviewer, sampleId, known, saved, field }: NoteFieldProps) {
  const place = { project, reviewer, sampleId }
  const key = draftKey(place)
  const draft = useNoteDrafts(({ drafts }) => drafts[key])
  // Leaving the sample saves what was typed there.
  useEffect(() => () => void saveNote(key), [key])
  return (
    <Textarea
      ref={field}
      size="xs"
      label="Note"
      rows={2}
      classNames={{ input: classes.note }}
      maxLength={20_000}
      readOnly={!known}
      placeholder="What is going on here?"
      value={draft?.text ?? saved}
      onChange={(event) => typeNote({ ...place, text: event.currentTarget.value })}
      onBlur={() => void saveNote(key)}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  )
}
