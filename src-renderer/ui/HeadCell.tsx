import { memo } from 'react'
import classes from './HeadMatrix.module.css'

interface HeadCellProps {
  index: number
  background: string
  dark: boolean
  /** For screen readers. A label, since hidden text would take part in the layout. */
  said: string
  written: string
  /** Null where nothing can be chosen. */
  chosen: boolean | null
  reachable: boolean
}

/** A cell of a HeadMatrix, which answers for it: of thousands on a screen only those that changed are drawn again. */
export const HeadCell = memo(function HeadCell(props: HeadCellProps) {
  const { index, background, dark, said, written, chosen, reachable } = props
  return (
    <td
      role="gridcell"
      data-index={index}
      aria-label={said}
      aria-selected={chosen ?? undefined}
      tabIndex={reachable ? 0 : -1}
      className={classes.cell}
      data-choosable={chosen !== null}
      data-written={written || undefined}
      style={{ background, color: dark ? '#fff' : '#000' }}
    />
  )
})
