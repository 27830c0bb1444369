import { Skeleton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { useHeadDifference, useHeadStatistics } from '../../api/statistics-queries'
import { ErrorMessage } from '../../ui/Messages'
import type { HeadState } from '../../shared/heads/heads-state'
import { boxOf, Boxes } from './Boxes'
import type { Side } from './comparison'
import { classCaution } from './explained-class'
import type { HeadId } from '../../shared/heads/head-id'
import classes from './HeadScreen.module.css'
import { brief, significance } from './significance'

interface ComparedDistributionProps {
  run: RunInfo
  head: HeadId
  sides: [Side, Side]
  view: HeadState
}

/** The head's weight in the two groups of the comparison that it was opened from, and how far they differ. */
export function ComparedDistribution({ run, head, sides, view }: ComparedDistributionProps) {
  const [a, b] = sides
  const ofA = useHeadStatistics(run.id, 'all', a.filter, view.norm)
  const ofB = useHeadStatistics(run.id, 'all', b.filter, view.norm)
  const difference = useHeadDifference(run.id, a.filter, b.filter, view.norm, view.within)
  const failed = [ofA, ofB, difference].find((query) => query.isLoadingError)
  if (failed?.error) return <ErrorMessage error={failed.error} retry={failed.refetch} />
  if (!ofA.data || !ofB.data || !difference.data) return <Skeleton height={120} aria-busy="true" />
  const found = difference.data
  const boxes = [ofA.data, ofB.data].flatMap(({ groups }, side) => {
    const { name, filter } = side === 0 ? a : b
    return groups.slice(0, 1).map((group) => boxOf(run, head, { ...group, name }, filter))
  })
  const index = head.layer * run.model.heads + head.head
  const [d, q] = [found.cohenD[index]!, found.q[index]]
  const caution = classCaution(run, sides, found.strata !== null)
  if (boxes.length === 0) return <p className={classes.none}>No sample of these groups has head scores.</p>
  return (
    <>
      <Boxes run={run} head={head} boxes={boxes} />
      <p className={classes.note}>
        Cohen’s d {Number.isNaN(d) ? '–' : `${d < 0 ? '−' : '+'}${Math.abs(d).toFixed(2)}`}, p {brief(found.p[index])},
        q {[brief(q), significance(q ?? 1)].filter(Boolean).join(' ')}
        {found.strata !== null && ' within labels'}; q is over all heads. {caution && <b>{caution}</b>}
      </p>
    </>
  )
}
