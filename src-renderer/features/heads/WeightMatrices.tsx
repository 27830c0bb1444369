import { NativeSelect, Skeleton } from '@mantine/core'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { useLocation } from 'wouter'
import { useHeadStatistics } from '../../api/statistics-queries'
import { ColorBar } from '../../heatmap/ColorBar'
import { HeadMatrix } from '../../ui/HeadMatrix'
import { ErrorMessage } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import { FigureButton } from '../../shared/figures/FigureButton'
import { type Grouping, type Statistic, STATISTICS } from '../../shared/heads/heads-state'
import { GroupMatrices } from './GroupMatrices'
import { equalWeight } from '../../shared/heads/head-weights'
import { headLink } from '../../shared/heads/head-links'
import { groupingOptions } from './grouping-options'
import classes from './HeadsScreen.module.css'
import type { PartProps } from './part-props'
import { describeHead, STATISTIC_NAMES, statisticOf } from './statistic'

/** Layers x heads of the filter's samples, and the same of each group beside it. */
export function WeightMatrices({ run, view, change }: PartProps) {
  const { filter, norm, statistic, by } = view
  const [, navigate] = useLocation()
  const statistics = useHeadStatistics(run.id, 'all', filter, norm)
  const all = statistics.data?.groups[0]
  const values = all && statisticOf(all, statistic)
  const high = values ? Math.max(...values) : 0
  const open = (layer: number, head: number) => navigate(headLink(run, { layer, head }, view))
  return (
    <div className={classes.weights}>
      <section aria-label="All samples">
        <header className={classes.heading}>
          <div>
            <h2>{STATISTIC_NAMES[statistic]}</h2>
            <p>{all ? `${formatCount(all.count)} samples. Choose a head to look at it closely.` : 'All samples'}</p>
          </div>
          <NativeSelect
            size="xs"
            aria-label="Statistic"
            value={statistic}
            data={STATISTICS.map((value) => ({ value, label: STATISTIC_NAMES[value] }))}
            onChange={(event) => change({ statistic: event.currentTarget.value as Statistic })}
          />
        </header>
        {statistics.isLoadingError && <ErrorMessage error={statistics.error} retry={statistics.refetch} />}
        {statistics.isPending && <Skeleton height={run.model.layers * 26} aria-busy="true" />}
        {statistics.data && !all && <p className={classes.none}>No sample of this filter has head scores.</p>}
        {all && values && (
          <>
            <HeadMatrix
              label={`${STATISTIC_NAMES[statistic]} of every head`}
              model={run.model}
              values={values}
              range={{ low: 0, high }}
              colormap={COLORMAPS.viridis}
              describe={(_, index) => describeHead(all, index)}
              onChoose={open}
              hint={`Weights of a layer sum to 1${equalWeight(run.model)}.`}
            />
            <div className={classes.legend}>
              <ColorBar colormap={COLORMAPS.viridis} range={{ low: 0, high }} label={STATISTIC_NAMES[statistic]} />
              <FigureButton run={run} name="Head weights" content={{ kind: 'head-matrix', filter, norm }} />
            </div>
          </>
        )}
      </section>
      <section aria-label="Groups">
        <header className={classes.heading}>
          <div>
            <h2>Group by group</h2>
            <p>All on one scale. Rows are layers, columns heads, both from 0, layer 0 on top.</p>
          </div>
          <NativeSelect
            size="xs"
            aria-label="Group by"
            value={by}
            data={groupingOptions()}
            onChange={(event) => change({ by: event.currentTarget.value as Grouping })}
          />
        </header>
        <GroupMatrices {...{ run, by, filter, norm, statistic }} onChoose={open} />
      </section>
    </div>
  )
}
