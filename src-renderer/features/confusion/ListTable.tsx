import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import classes from './ConfusionLists.module.css'

interface ListTableProps<Row> {
  label: string
  columns: readonly { name: string; meaning?: string }[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
  /** The cells of a row, its heading first. */
  cells: (row: Row) => ReactNode
  /** The pointer is over the row. */
  onPoint: (row: Row) => void
}

const ROW_HEIGHT = 27

/** A table in a scroller of its own, of which only the rows in sight exist: a thousand classes confuse tens of thousands of pairs. */
export function ListTable<Row>({ label, columns, rows, keyOf, cells, onPoint }: ListTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  })
  const inSight = lines.getVirtualItems()
  const before = inSight[0]?.start ?? 0
  const after = lines.getTotalSize() - (inSight.at(-1)?.end ?? 0)
  return (
    <div ref={scroller} className={classes.scroll} tabIndex={-1}>
      <table className={classes.table} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name, meaning }) => (
              <th key={name} scope="col" title={meaning}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {before > 0 && <Space height={before} columns={columns.length} />}
        <tbody>
          {inSight.map(({ index }) => {
            const row = rows[index]
            return (
              row !== undefined && (
                <tr
                  key={keyOf(row)}
                  ref={lines.measureElement}
                  data-index={index}
                  aria-rowindex={index + 2}
                  onMouseEnter={() => onPoint(row)}
                >
                  {cells(row)}
                </tr>
              )
            )
          })}
        </tbody>
        {after > 0 && <Space height={after} columns={columns.length} />}
      </table>
    </div>
  )
}

/** Takes the space of the rows that are not shown. */
function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tbody aria-hidden>
      <tr>
        <td colSpan={columns} className={classes.space} style={{ height }} />
      </tr>
    </tbody>
  )
}
