import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { GroupBy, Norm } from '../../api/statistics-queries'
import { usePageTitle } from '../../app/page-title'
import type { RunScreenProps } from '../../app/screens'
import { useUrlState } from '../../app/url-state'
import { FilterField } from '../../ui/filter/FilterField'
import { GroupMatrices } from './GroupMatrices'
import classes from './HeadsScreen.module.css'
import { Localisation } from './Localisation'
import { OutcomeDifference } from './OutcomeDifference'
import { headsState } from './heads-view'

/** Head weights over the whole dataset: by class, and correct against wrong predictions. */
export default function HeadsScreen({ run }: RunScreenProps) {
  const [view, change] = useUrlState(headsState)
  const [groups, setGroups] = useState(0)
  usePageTitle('Heads', run.name)
  return (
    <div className={classes.screen}>
      <div className={classes.bar} role="toolbar" aria-label="Statistics">
        <FilterField run={run} value={view.filter} onCommit={(filter) => change({ filter })} />
        <SegmentedControl
          size="xs"
          aria-label="Norm of the gradient"
          value={view.norm}
          data={[
            { value: 'l1', label: 'GMAR L1' },
            { value: 'l2', label: 'GMAR L2' },
          ]}
          onChange={(norm) => change({ norm: norm as Norm })}
        />
      </div>
      <div className={classes.body}>
        <div className={classes.top}>
          <OutcomeDifference run={run} filter={view.filter} norm={view.norm} />
          <Localisation run={run} filter={view.filter} />
        </div>
        <section aria-label="Groups">
          <header className={classes.heading}>
            <div>
              <h2>Mean head weights</h2>
              <p>
                {groups > 0 ? `${groups} groups on one scale. ` : ''}Rows are layers, columns heads, both from 0, layer
                0 on top.
              </p>
            </div>
            <NativeSelect
              size="xs"
              aria-label="Group by"
              value={view.by}
              data={[
                { value: 'class', label: 'By label' },
                { value: 'prediction', label: 'By prediction' },
                { value: 'correct', label: 'By correctness' },
                { value: 'all', label: 'All samples' },
              ]}
              onChange={(event) => change({ by: event.currentTarget.value as GroupBy })}
            />
          </header>
          <GroupMatrices run={run} by={view.by} filter={view.filter} norm={view.norm} onCount={setGroups} />
        </section>
      </div>
    </div>
  )
}
