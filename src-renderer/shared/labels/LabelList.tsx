import { type ComboboxItem, type OptionsFilter, Select, UnstyledButton } from '@mantine/core'
import type { ClassMatch } from '@shared/api'
import { classWords } from '@shared/class-name'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { formatCount } from '../../ui/format'
import classes from './LabelList.module.css'

const ROW_HEIGHT = 32
const BY = {
  given: 'by hand',
  name: 'by name',
  synset: 'by synset',
  number: 'by number',
  'one-based number': 'by number from 1',
  order: 'by order, please check',
}
const NONE = 'none'

interface LabelListProps {
  rows: ClassMatch[]
  labels: string[]
  onMatch: (label: string, classIndex: number | null) => void
}

/** Labels and their classes; only the rows in sight are drawn, and only the row under way has a list of classes. */
export function LabelList({ rows, labels, onMatch }: LabelListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [editing, setEditing] = useState<string | null>(null)
  const choices = useMemo(
    () => [
      { value: NONE, label: 'No class of the model' },
      ...labels.map((label, index) => ({ value: String(index), label: `${index}  ${label}` })),
    ],
    [labels],
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  })
  if (rows.length === 0) return <p className={classes.empty}>No label fits.</p>
  return (
    <div ref={scroller} className={classes.scroller}>
      <ul className={classes.list} style={{ height: virtual.getTotalSize() }} aria-label="Labels and classes">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <li
              key={row.folder}
              className={classes.row}
              style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
            >
              <span className={classes.label} title={row.folder}>
                {row.folder}
              </span>
              <span className={classes.count}>{formatCount(row.count)}</span>
              {editing === row.folder ? (
                <Select
                  size="xs"
                  className={classes.class}
                  aria-label={`Class of ${row.folder}`}
                  data={choices}
                  limit={60}
                  searchable
                  filter={closestFirst}
                  selectFirstOptionOnChange
                  defaultDropdownOpened
                  autoFocus
                  nothingFoundMessage="No such class"
                  value={row.classIndex === null ? NONE : String(row.classIndex)}
                  onChange={(value) => {
                    if (value !== null) onMatch(row.folder, value === NONE ? null : Number(value))
                    setEditing(null)
                  }}
                  onBlur={() => setEditing(null)}
                />
              ) : (
                <UnstyledButton
                  className={classes.class}
                  data-unmatched={row.classIndex === null || undefined}
                  aria-label={`Class of ${row.folder}: ${nameOf(row, labels)}`}
                  onClick={() => setEditing(row.folder)}
                >
                  {nameOf(row, labels)}
                </UnstyledButton>
              )}
              <span className={classes.by} data-check={row.by === 'order' || undefined}>
                {row.by === null || row.classIndex === null ? '' : BY[row.by]}
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** What the typed text may mean: the class of that very name or number first, then names that begin with it. */
const closestFirst: OptionsFilter = ({ options, search, limit }) => {
  const typed = search.trim().toLowerCase()
  const rank = (label: string) => {
    const [number = '', name = ''] = label.toLowerCase().split('  ')
    if (typed === number || typed === name) return 0
    return name.startsWith(typed) ? 1 : label.toLowerCase().includes(typed) ? 2 : 3
  }
  const ranked = (options as ComboboxItem[]).map((option) => ({ option, at: rank(option.label) }))
  const found = ranked.filter(({ at }) => at < 3).sort((a, b) => a.at - b.at)
  return found.slice(0, limit).map(({ option }) => option)
}

function nameOf({ classIndex }: ClassMatch, labels: readonly string[]): string {
  return classWords(labels, classIndex)
}
