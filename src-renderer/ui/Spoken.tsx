import type { ReactNode } from 'react'
import classes from './Spoken.module.css'

/** Text for screen readers only. A plain element: matrices and grids have thousands of them. */
export function Spoken({ children }: { children: ReactNode }) {
  return <span className={classes.spoken}>{children}</span>
}
