import { Skeleton } from '@mantine/core'
import type { HeadGroup, RunInfo } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { useEffect, useMemo } from 'react'
import { type GroupBy, type Norm, useHeadStatistics } from '../../api/statistics-queries'
import { ColorBar } from '../../heatmap/ColorBar'
import { HeadMatrix } from '../../ui/HeadMatrix'
import { ErrorMessage } from '../../ui/Messages'
import { formatCount, formatShare } from '../../ui/format'
import classes from './HeadsScreen.module.css'

interface GroupMatricesProps {
  run: RunInfo
  by: GroupBy
  filter: string
  norm: Norm
  onCount: (groups: number) => void
}

/** One small matrix of mean weights a group, all on one scale, so that groups compare at a glance. */
export function GroupMatrices({ run, by, filter, norm, onCount }: GroupMatricesProps) {
  const statistics = useHeadStatistics(run.id, by, filter, norm)
  const groups = useMemo(() => statistics.data?.groups.filter(({ count }) => count > 0) ?? [], [statistics.data])
  const high = useMemo(() => Math.max(0, ...groups.map(({ mean }) => Math.max(...mean))), [groups])
  useEffect(() => onCount(groups.length), [groups.length, onCount])
  if (statistics.isLoadingError) return <ErrorMessage error={statistics.error} retry={statistics.refetch} />
  if (statistics.isPending) return <Skeleton height={260} />
  if (groups.length === 0) return <p className={classes.none}>No sample of this group has head scores yet.</p>
  return (
    <>
      <ColorBar colormap={COLORMAPS.viridis} range={{ low: 0, high }} label="Mean weight" />
      <div className={classes.groups}>
        {groups.map((group) => (
          <figure key={group.key} className={classes.group}>
            <figcaption>
              <span className={classes.groupName}>{group.name}</span>
              <span className={classes.groupCount}>{formatCount(group.count)}</span>
            </figcaption>
            <HeadMatrix
              label={`Mean head weights, ${group.name}`}
              layers={run.model.layers}
              heads={run.model.heads}
              values={group.mean}
              range={{ low: 0, high }}
              colormap={COLORMAPS.viridis}
              describe={(mean, index) => describe(group, mean, index)}
              compact
              hint=" "
            />
          </figure>
        ))}
      </div>
    </>
  )
}

function describe({ std, topShare }: HeadGroup, mean: number, index: number): string {
  return `${mean.toFixed(3)} ± ${(std[index] ?? 0).toFixed(3)}, first in ${formatShare(topShare[index] ?? 0)}`
}
