import { memo } from 'react'
import classes from './HeadMatrix.module.css'
import { Spoken } from './Spoken'

interface HeadCellProps {
  index: number
  background: string
  dark: boolean
  /** What it is, for screen readers. */
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
      aria-selected={chosen ?? undefined}
      tabIndex={reachable ? 0 : -1}
      className={classes.cell}
      data-choosable={chosen !== null}
      style={{ background, color: dark ? '#fff' : '#000' }}
    >
      <Spoken>{said}</Spoken>
      {written !== '' && <span aria-hidden>{written}</span>}
    </td>
  )
})
