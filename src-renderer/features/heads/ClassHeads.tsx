import { Button, NativeSelect, Skeleton, Switch } from '@mantine/core'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { minMax, symmetricRange } from '@shared/heatmap/scale'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { useHeadStatistics } from '../../api/statistics-queries'
import { allOf } from '../../base/class-term'
import { links } from '../../base/links'
import { ColorBar } from '../../heatmap/ColorBar'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import { Segments } from '../../ui/Segments'
import { FigureButton } from '../../shared/figures/FigureButton'
import { type Grouping, type Statistic, STATISTICS } from '../../shared/heads/heads-state'
import { ClassHeadsMatrix } from './ClassHeadsMatrix'
import { groupTerm } from './group-term'
import { groupingOptions } from './grouping-options'
import classes from './HeadsScreen.module.css'
import type { PartProps } from './part-props'
import { STATISTIC_NAMES } from './statistic'
import { useClassHeadsPlot } from './use-class-heads-plot'

/** Which heads matter for which classes: groups x heads, similar ones beside each other. */
export function ClassHeads({ run, view, change }: PartProps) {
  const { filter, norm, statistic, clustered, absolute } = view
  const by = view.by === 'correct' ? 'class' : view.by
  const [, navigate] = useLocation()
  const query = useHeadStatistics(run.id, by, filter, norm)
  const statistics = query.data
  const plot = useClassHeadsPlot(statistics, { statistic, relative: !absolute, clustered })
  const range = useMemo(() => {
    if (!plot) return { low: 0, high: 0 }
    return absolute ? { low: 0, high: minMax(plot.values).high } : symmetricRange(plot.values)
  }, [plot, absolute])
  const colormap = absolute ? COLORMAPS.viridis : COLORMAPS.rdbu
  const meaning = absolute ? STATISTIC_NAMES[statistic] : `${STATISTIC_NAMES[statistic]}, less the head’s mean`
  return (
    <div className={classes.classHeads}>
      <div className={classes.sides}>
        <NativeSelect
          size="xs"
          aria-label="Rows"
          value={by}
          data={groupingOptions(['class', 'label', 'split', 'prediction'])}
          onChange={(event) => change({ by: event.currentTarget.value as Grouping })}
        />
        <NativeSelect
          size="xs"
          aria-label="Statistic"
          value={statistic}
          data={STATISTICS.map((value) => ({ value, label: STATISTIC_NAMES[value] }))}
          onChange={(event) => change({ statistic: event.currentTarget.value as Statistic })}
        />
        <Segments
          label="Order"
          quiet
          value={clustered ? 'similar' : 'model'}
          options={{ similar: 'Similar together', model: 'Model order' }}
          onChange={(value) => change({ clustered: value === 'similar' })}
        />
        <Switch
          size="xs"
          label="Against each head’s mean"
          checked={!absolute}
          onChange={(event) => change({ absolute: !event.currentTarget.checked })}
        />
        <ColorBar colormap={colormap} range={range} label={meaning} />
        <FigureButton run={run} name="Heads by class" content={{ kind: 'class-heads', by, filter, norm }} />
      </div>
      {query.isLoadingError ? (
        <ErrorMessage error={query.error} retry={query.refetch} />
      ) : !statistics || !plot ? (
        <Skeleton height={320} aria-busy="true" />
      ) : statistics.groups.length === 0 ? (
        <EmptyMessage
          title={run.labelled === 0 && by === 'class' ? 'These images have no labels' : 'No head scores here'}
          actions={by === 'class' && <Button onClick={() => change({ by: 'prediction' })}>Group by prediction</Button>}
        >
          {run.labelled === 0 && by === 'class'
            ? 'Rows can be the classes that the model predicts instead.'
            : 'No sample of this filter has head scores.'}
        </EmptyMessage>
      ) : (
        <>
          <p className={classes.note}>
            {formatCount(statistics.groups.length)} classes × {formatCount(plot.columns.length)} heads, named
            layer.head.{' '}
            {clustered
              ? 'Classes with similar weights stand beside each other, and so do heads: average linkage of Euclidean distances.'
              : 'In the order of the model.'}{' '}
            Enter or a click opens the samples of the class, those in which the head weighs most first.
          </p>
          <ClassHeadsMatrix
            plot={plot}
            groups={statistics.groups}
            heads={statistics.heads}
            range={range}
            colormap={colormap}
            onOpen={(group, { layer, head }) => {
              const term = groupTerm(run, by, group)
              const sort = `head(${layer},${head})` as const
              navigate(links.gallery(run.id, { filter: allOf(filter, term), sort, descending: true }))
            }}
          />
        </>
      )}
    </div>
  )
}
