import { ActionIcon, Button, Textarea } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconGripVertical, IconTrash } from '@tabler/icons-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { PathName } from '../../ui/PathName'
import classes from './FiguresScreen.module.css'

interface SampleListProps {
  paths: string[]
  onChange: (paths: string[]) => void
}

/** The samples of a figure in their order: moved by buttons or by dragging, taken out, or written as text. */
export function SampleList({ paths, onChange }: SampleListProps) {
  const list = useRef<HTMLOListElement>(null)
  const [asText, setAsText] = useState(false)
  const [dragged, setDragged] = useState<number | null>(null)
  const move = (from: number, to: number) => {
    const path = paths[from]
    if (path !== undefined && from !== to) onChange(paths.toSpliced(from, 1).toSpliced(to, 0, path))
  }
  /** The new place of a sample that was moved by the keyboard. */
  const moved = useRef<{ path: string | undefined; to: number; isUp: boolean } | null>(null)
  const step = (from: number, to: number) => {
    moved.current = { path: paths[from], to, isUp: to < from }
    move(from, to)
  }
  // The focus follows the sample at once, so that the next key does not move another one.
  useLayoutEffect(() => {
    if (moved.current === null || paths[moved.current.to] !== moved.current.path) return
    const { to, isUp } = moved.current
    moved.current = null
    const [up, down] = list.current?.children[to]?.querySelectorAll('button') ?? []
    const [wanted, other] = isUp ? [up, down] : [down, up]
    ;(wanted?.disabled ? other : wanted)?.focus()
  }, [paths])
  return (
    <>
      <ol ref={list} className={classes.samples} aria-label="Samples in order">
        {paths.map((path, index) => (
          <li
            key={`${index} ${path}`}
            draggable
            data-dragged={index === dragged || undefined}
            onDragStart={() => setDragged(index)}
            onDragOver={(event) => event.preventDefault()}
            onDragEnd={() => setDragged(null)}
            onDrop={(event) => {
              event.preventDefault()
              if (dragged !== null) move(dragged, index)
              setDragged(null)
            }}
          >
            <IconGripVertical size={14} className={classes.grip} aria-hidden />
            <PathName name={path} />
            <ActionIcon
              size="sm"
              aria-label={`${path}: earlier`}
              disabled={index === 0}
              onClick={() => step(index, index - 1)}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={`${path}: later`}
              disabled={index === paths.length - 1}
              onClick={() => step(index, index + 1)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={`Leave out ${path}`}
              disabled={paths.length === 1}
              onClick={() => onChange(paths.toSpliced(index, 1))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <Button size="compact-xs" aria-expanded={asText} onClick={() => setAsText(!asText)}>
        {asText ? 'Hide the text' : 'Edit as text'}
      </Button>
      {asText && (
        <Textarea
          size="xs"
          label="Samples, one path a line"
          autosize
          maxRows={8}
          value={paths.join('\n')}
          onChange={(event) => {
            const written = event.currentTarget.value.split('\n').filter((path) => path.trim() !== '')
            if (written.length > 0) onChange(written)
          }}
        />
      )}
    </>
  )
}
