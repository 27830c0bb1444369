import type { ReactNode } from 'react'
import classes from './Verdict.module.css'

interface VerdictProps {
  title?: string
  /** Each different from the others. */
  sentences: readonly string[]
  /** How the numbers came about, below. */
  children?: ReactNode
}

/** The sentences that an evaluation's numbers allow, before the numbers. */
export function Verdict({ title, sentences, children }: VerdictProps) {
  return (
    <section className={classes.verdict} aria-label="What the numbers say">
      {title !== undefined && <h2>{title}</h2>}
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {children !== undefined && <p>{children}</p>}
    </section>
  )
}
