import { Skeleton } from '@mantine/core'
import type { HeadGroup, RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { type GroupBy, type Norm, useHeadStatistics } from '../../api/statistics-queries'
import { allOf, classTerm } from '../../app/class-term'
import { ErrorMessage } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import { type HeadIndex, weightGallery } from './head-links'
import classes from './HeadScreen.module.css'

interface DistributionProps {
  run: RunInfo
  head: HeadIndex
  by: GroupBy
  filter: string
  norm: Norm
}

/** A box a group: median, quartiles, and whiskers from the 5th to the 95th percentile, on one axis. */
export function Distribution({ run, head, by, filter, norm }: DistributionProps) {
  const query = useHeadStatistics(run.id, by, filter, norm)
  const size = run.model.layers * run.model.heads
  const index = head.layer * run.model.heads + head.head
  if (query.isLoadingError) return <ErrorMessage error={query.error} retry={query.refetch} />
  if (!query.data) return <Skeleton height={240} aria-busy="true" />
  const boxes = query.data.groups.map((group) => ({ group, quantiles: quantilesOf(group, index, size) }))
  if (boxes.length === 0) {
    return (
      <p className={classes.none}>
        {run.labelled === 0 && by !== 'prediction'
          ? 'These images have no labels. Group them by prediction instead.'
          : 'No sample of this filter has head scores.'}
      </p>
    )
  }
  const end = Math.max(0.02, ...boxes.map(({ quantiles }) => quantiles[4] ?? 0))
  boxes.sort((a, b) => (b.quantiles[2] ?? 0) - (a.quantiles[2] ?? 0))
  const equal = 1 / run.model.heads
  return (
    <table className={classes.boxes} aria-label="Weight by group">
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col">
            <span className={classes.axis}>
              <span>0</span>
              {equal < end * 0.85 && <span style={{ left: `${(equal / end) * 100}%` }}>{equal.toFixed(2)} equal</span>}
              <span>{end.toFixed(2)}</span>
            </span>
          </th>
          <th scope="col">Median</th>
        </tr>
      </thead>
      <tbody>
        {boxes.map(({ group, quantiles }) => (
          <tr key={group.key}>
            <th scope="row">
              <Link href={weightGallery(run, head, allOf(filter, groupTerm(run, by, group)))}>{group.name}</Link>
              <span className={classes.groupCount}>{formatCount(group.count)}</span>
            </th>
            <td>
              <Box quantiles={quantiles} end={end} equal={equal} />
            </td>
            <td>{(quantiles[2] ?? 0).toFixed(3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Box({ quantiles, end, equal }: { quantiles: number[]; end: number; equal: number }) {
  const [low = 0, first = 0, median = 0, third = 0, high = 0] = quantiles.map((value) => (value / end) * 100)
  const words = `5 % ${quantiles[0]?.toFixed(3)}, 25 % ${quantiles[1]?.toFixed(3)}, median ${quantiles[2]?.toFixed(3)}, 75 % ${quantiles[3]?.toFixed(3)}, 95 % ${quantiles[4]?.toFixed(3)}`
  return (
    <svg className={classes.box} viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      <line className={classes.equal} x1={(equal / end) * 100} x2={(equal / end) * 100} y1={0} y2={10} />
      <line className={classes.whisker} x1={low} x2={high} y1={5} y2={5} />
      <rect className={classes.quartiles} x={first} width={Math.max(0.4, third - first)} y={1.5} height={7} />
      <line className={classes.median} x1={median} x2={median} y1={1} y2={9} />
    </svg>
  )
}

function quantilesOf({ quantiles }: HeadGroup, index: number, size: number): number[] {
  return [0, 1, 2, 3, 4].map((row) => quantiles[row * size + index] ?? 0)
}

function groupTerm(run: RunInfo, by: GroupBy, { key }: HeadGroup): string {
  if (by === 'correct') return `correct:${key === 'correct'}`
  return by === 'all' ? '' : classTerm(run, by === 'class' ? 'label' : 'pred', Number(key))
}
