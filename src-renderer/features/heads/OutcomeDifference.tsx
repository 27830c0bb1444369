import { NativeSelect, Skeleton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { symmetricRange } from '@shared/heatmap/scale'
import { useState } from 'react'
import { type Norm, useHeadDifference } from '../../api/statistics-queries'
import { ColorBar } from '../../heatmap/ColorBar'
import { HeadMatrix } from '../../ui/HeadMatrix'
import { ErrorMessage } from '../../ui/Messages'
import { Panel } from '../../ui/Panel'
import { formatCount } from '../../ui/format'
import classes from './HeadsScreen.module.css'
import { significance } from './significance'

/** How head weights of correct predictions differ from those of wrong ones, over all classes or within one. */
export function OutcomeDifference({ run, filter, norm }: { run: RunInfo; filter: string; norm: Norm }) {
  const [within, setWithin] = useState('')
  const base = [filter, within && `label:${quoteFilterValue(within)}`].filter(Boolean).join(' ')
  const query = useHeadDifference(run.id, `${base} correct:true`.trim(), `${base} correct:false`.trim(), norm)
  const difference = query.data
  const range = symmetricRange(difference?.cohenD ?? new Float32Array())
  return (
    <Panel
      title="Correct against wrong"
      aside={
        <NativeSelect
          size="xs"
          aria-label="Within class"
          value={within}
          data={[{ value: '', label: 'All classes' }, ...run.definition.labels]}
          onChange={(event) => setWithin(event.currentTarget.value)}
        />
      }
    >
      {query.isLoadingError && <ErrorMessage error={query.error} retry={query.refetch} />}
      {query.isPending && <Skeleton height={run.model.layers * 26} />}
      {difference && (difference.countA < 2 || difference.countB < 2) && (
        <p className={classes.none}>
          {difference.countA} correct and {difference.countB} wrong samples: too few to compare.
        </p>
      )}
      {difference && difference.countA > 1 && difference.countB > 1 && (
        <>
          <HeadMatrix
            label="Difference of head weights, correct against wrong"
            layers={difference.layers}
            heads={difference.heads}
            values={difference.cohenD}
            range={range}
            colormap={COLORMAPS.rdbu}
            mark={(index) => significance(difference.q[index] ?? 1)}
            describe={(d, index) => `d ${d.toFixed(2)}, p ${text(difference.p[index])}, q ${text(difference.q[index])}`}
            hint={`${formatCount(difference.countA)} correct, ${formatCount(difference.countB)} wrong. * q < 0.05, ** q < 0.01`}
          />
          <div className={classes.legend}>
            <ColorBar colormap={COLORMAPS.rdbu} range={range} label="Cohen's d" />
            <span>Cohen’s d; red: more weight where the prediction is correct</span>
          </div>
          {within === '' && (
            <p className={classes.caution}>
              Classes differ in both weights and accuracy, which can explain a difference. Look within a class as well.
            </p>
          )}
        </>
      )}
    </Panel>
  )
}

const text = (value: number | undefined) => (value === undefined ? '–' : value.toPrecision(2))
