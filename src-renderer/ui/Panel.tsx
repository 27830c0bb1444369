import type { ReactNode } from 'react'
import classes from './Panel.module.css'

interface PanelProps {
  title: string
  /** Controls at the right of the title. */
  aside?: ReactNode
  children: ReactNode
}

/** A titled part of a screen. */
export function Panel({ title, aside, children }: PanelProps) {
  return (
    <section aria-label={title}>
      <header className={classes.header}>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
