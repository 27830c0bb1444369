import { Skeleton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { type GroupBy, type Norm, useHeadStatistics } from '../../api/statistics-queries'
import { allOf } from '../../base/class-term'
import { ErrorMessage } from '../../ui/Messages'
import { boxOf, Boxes } from './Boxes'
import { groupTerm } from './group-term'
import type { HeadId } from '../../shared/heads/head-id'
import classes from './HeadScreen.module.css'

interface DistributionProps {
  run: RunInfo
  head: HeadId
  by: GroupBy
  filter: string
  norm: Norm
}

/** The head's weight in each group of the filter's samples, the largest median first. */
export function Distribution({ run, head, by, filter, norm }: DistributionProps) {
  const query = useHeadStatistics(run.id, by, filter, norm)
  if (query.isLoadingError) return <ErrorMessage error={query.error} retry={query.refetch} />
  if (!query.data) return <Skeleton height={240} aria-busy="true" />
  const { groups } = query.data
  if (groups.length === 0) {
    return (
      <p className={classes.none}>
        {run.labelled === 0 && by !== 'prediction'
          ? 'These images have no labels. Group them by prediction instead.'
          : 'No sample of this filter has head scores.'}
      </p>
    )
  }
  const boxes = groups.map((group) => boxOf(run, head, group, allOf(filter, groupTerm(run, by, group))))
  return <Boxes run={run} head={head} boxes={boxes.sort((a, b) => b.quantiles[2] - a.quantiles[2])} />
}
