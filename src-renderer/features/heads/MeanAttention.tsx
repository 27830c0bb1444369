import { Button, Skeleton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { minMax } from '@shared/heatmap/scale'
import { useMemo, useState } from 'react'
import { useSampleIds } from '../../api/sample-queries'
import { useMeanAttention, useSampledAttention } from '../../api/attention-queries'
import { className } from '../../base/class-name'
import { ColorBar } from '../../heatmap/ColorBar'
import { ErrorMessage, InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import { averageOf, type MeanMap, summedBy } from './attention-groups'
import { AttentionMaps } from './AttentionMaps'
import type { HeadId } from '../../shared/heads/head-id'
import classes from './HeadScreen.module.css'

interface MeanAttentionProps {
  run: RunInfo
  head: HeadId
  filter: string
}

/** Images that are computed to average a filter, which has no stored sums. */
const SAMPLED = 32

/** What the head attends to from the read-out rows, on average: of the run from its sums, of a filter from some images. */
export function MeanAttention({ run, head, filter }: MeanAttentionProps) {
  const stored = useMeanAttention(run.id, head)
  const [byClass, setByClass] = useState(false)
  const data = stored.data
  const maps = useMemo((): MeanMap[] => {
    if (!data || data.counts.length === 0) return []
    const all = { name: 'All samples', ...averageOf(data, () => true) }
    const outcome = summedBy(data, 'outcome').map(({ key, ...map }) => ({
      ...map,
      name: key === 1 ? 'Correct' : key === 0 ? 'Wrong' : 'Without label',
    }))
    const classMaps = summedBy(data, 'label').flatMap(({ key, ...map }) =>
      key < 0 ? [] : [{ ...map, name: className(run, key) }],
    )
    return [all, ...(outcome.length > 1 ? outcome : []), ...(byClass ? classMaps : [])]
  }, [data, run, byClass])
  const range = useMemo(() => ({ low: 0, high: Math.max(0, ...maps.map(({ values }) => minMax(values).high)) }), [maps])
  return (
    <>
      <header className={classes.heading}>
        <h2>Mean attention</h2>
        {maps.length > 0 && <ColorBar colormap={COLORMAPS.inferno} range={range} label="Mean attention" />}
        {data?.byClass && data.labels.some((label) => label >= 0) && (
          <Button size="compact-xs" aria-pressed={byClass} onClick={() => setByClass(!byClass)}>
            {byClass ? 'Without classes' : 'Class by class'}
          </Button>
        )}
      </header>
      {stored.isLoadingError && <ErrorMessage error={stored.error} retry={stored.refetch} />}
      {stored.isPending && <Skeleton height={120} aria-busy="true" />}
      {data && maps.length > 0 && (
        <>
          <AttentionMaps maps={maps} grid={data.grid} range={range} />
          <p className={classes.note}>
            From the read-out rows to the patches, over {coverage(run, maps[0]?.count ?? 0)} of the run
            {filter !== '' && ', whatever the filter'}.
            {!data.byClass && ' With so many classes, sums are kept by correctness alone.'}
          </p>
        </>
      )}
      {data && maps.length === 0 && (
        <p className={classes.note}>
          This run has no sums of attention: it was computed before Headlight kept them, or its labels have changed
          since. Average some of its images now, or compute the run anew.
        </p>
      )}
      {data && (filter !== '' || maps.length === 0) && <Sampled run={run} head={head} filter={filter} key={filter} />}
    </>
  )
}

function coverage(run: RunInfo, count: number): string {
  if (count >= run.done) return `all ${formatCount(count)} samples`
  return `${formatCount(count)} of ${formatCount(run.done)} samples`
}

/** The average over evenly spaced images of the filter, computed when it is asked for. */
function Sampled({ run, head, filter }: MeanAttentionProps) {
  const [wanted, setWanted] = useState(false)
  const ids = useSampleIds({ runId: run.id, filter, sort: 'path', descending: false }).data?.ids
  const found = useSampledAttention(run.id, head, ids, SAMPLED, wanted)
  const size = Math.min(SAMPLED, ids?.length ?? 0)
  const map = found.data
  const range = { low: 0, high: map ? minMax(map.values).high : 0 }
  if (size === 0) return null
  return (
    <div className={classes.sampled}>
      {!map && (
        <Button size="xs" loading={found.isFetching} onClick={() => setWanted(true)}>
          Average {size} images{filter === '' ? '' : ' of this filter'} now
        </Button>
      )}
      {found.isLoadingError && <InlineError error={found.error} retry={found.refetch} />}
      {map && (
        <>
          <AttentionMaps
            maps={[{ name: filter === '' ? 'Some images' : 'This filter', count: map.count, values: map.values }]}
            grid={map.grid}
            range={range}
          />
          <ColorBar colormap={COLORMAPS.inferno} range={range} label="Mean attention of these images" />
        </>
      )}
    </div>
  )
}
