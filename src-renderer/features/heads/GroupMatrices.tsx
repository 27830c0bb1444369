import { Button, Skeleton } from '@mantine/core'
import { useCallbackRef } from '@mantine/hooks'
import type { RunInfo } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { minMax } from '@shared/heatmap/scale'
import { useMemo, useState } from 'react'
import { type GroupBy, type Norm, useHeadStatistics } from '../../api/statistics-queries'
import { ColorBar } from '../../heatmap/ColorBar'
import { SmallHeadMatrix } from '../../ui/SmallHeadMatrix'
import { ErrorMessage } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import type { Statistic } from '../../shared/heads/heads-state'
import classes from './HeadsScreen.module.css'
import { describeHead, STATISTIC_NAMES, statisticOf } from './statistic'

interface GroupMatricesProps {
  run: RunInfo
  by: GroupBy
  filter: string
  norm: Norm
  statistic: Statistic
  onChoose: (layer: number, head: number) => void
}

/** Matrices that are drawn before more are asked for. */
const FIRST = 24

/** One small matrix a group, all on one scale, so that groups compare at a glance. */
export function GroupMatrices({ run, by, filter, norm, statistic, onChoose }: GroupMatricesProps) {
  const [shown, setShown] = useState(FIRST)
  const statistics = useHeadStatistics(run.id, by, filter, norm)
  const groups = useMemo(
    () =>
      statistics.data?.groups.map((group) => ({
        group,
        values: statisticOf(group, statistic),
        describe: (index: number) => describeHead(group, index),
      })) ?? [],
    [statistics.data, statistic],
  )
  const range = useMemo(
    () => ({ low: 0, high: Math.max(0, ...groups.map(({ values }) => minMax(values).high)) }),
    [groups],
  )
  const choose = useCallbackRef(onChoose)
  if (statistics.isLoadingError) return <ErrorMessage error={statistics.error} retry={statistics.refetch} />
  if (statistics.isPending) return <Skeleton height={260} aria-busy="true" />
  if (groups.length === 0) {
    const why =
      by !== 'prediction' && run.labelled === 0
        ? 'These images have no labels. Group them by prediction instead.'
        : 'No sample of this filter has head scores.'
    return <p className={classes.none}>{why}</p>
  }
  return (
    <>
      <ColorBar colormap={COLORMAPS.viridis} range={range} label={STATISTIC_NAMES[statistic]} />
      <div className={classes.groups}>
        {groups.slice(0, shown).map(({ group, values, describe }) => (
          <figure key={group.key} className={classes.group}>
            <figcaption>
              <span className={classes.groupName}>{group.name}</span>
              <span className={classes.groupCount}>{formatCount(group.count)}</span>
            </figcaption>
            <SmallHeadMatrix
              label={`${STATISTIC_NAMES[statistic]} of every head, ${group.name}`}
              model={run.model}
              values={values}
              range={range}
              colormap={COLORMAPS.viridis}
              describe={describe}
              onChoose={choose}
            />
          </figure>
        ))}
      </div>
      {groups.length > shown && (
        <Button size="xs" onClick={() => setShown(shown + 4 * FIRST)}>
          {formatCount(groups.length - shown)} more groups
        </Button>
      )}
    </>
  )
}
