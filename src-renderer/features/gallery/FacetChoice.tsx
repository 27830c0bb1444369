import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import classes from './Facets.module.css'

/** What a facet counts, and where its choices go. */
export interface FacetsProps {
  runId: number
  filter: string
  onFilter: (filter: string) => void
}

interface FacetGroupProps {
  title: string
  /** The error of the counts, shown below the choices. */
  counts: Pick<UseQueryResult, 'error' | 'isLoadingError' | 'refetch'>
  children: ReactNode
}

/** The choices of one kind, under a heading. */
export function FacetGroup({ title, counts, children }: FacetGroupProps) {
  return (
    <section className={classes.group} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {children}
      {counts.isLoadingError && counts.error && <InlineError error={counts.error} retry={counts.refetch} />}
    </section>
  )
}

interface ChoiceProps {
  name: string
  count: number | undefined
  share?: number
  icon?: ReactNode
  pressed: boolean
  onClick: () => void
}

/** One count as a switch of the filter: a plain element, since there are hundreds. */
export function Choice({ name, count, share, icon, pressed, onClick }: ChoiceProps) {
  return (
    <button type="button" className={classes.choice} aria-pressed={pressed} onClick={onClick}>
      {icon}
      <span className={classes.name} title={name}>
        {name}
      </span>
      {share !== undefined && (
        <span className={classes.track} aria-hidden>
          <span className={classes.share} style={{ width: `${share * 100}%` }} />
        </span>
      )}
      <span className={classes.count}>{count === undefined ? '' : formatCount(count)}</span>
    </button>
  )
}
