import { ActionIcon, Button, NativeSelect, Tooltip } from '@mantine/core'
import { headOfSort, type RunInfo, SORT_KEYS, type SortKey } from '@shared/api'
import { IconPlayerTrackNext, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import { Link } from 'wouter'
import { GROUPINGS, type Grouping } from '../../api/grouping'
import type { View } from '../../base/view'
import { formatCount } from '../../ui/format'
import { ViewsMenu } from '../../shared/saved-views/ViewsMenu'
import { FilterField } from '../../ui/filter/FilterField'
import { isNumber } from '../../ui/confidence-text'
import { HeadSort } from './HeadSort'
import { ExportButton } from '../../shared/exports/ExportButton'
import classes from './ResultBar.module.css'

const SORT_NAMES: Record<(typeof SORT_KEYS)[number], string> = {
  path: 'Path',
  confidence: 'Confidence',
  label: 'Class of the label',
  dataset_label: 'Label',
  split: 'Split',
  prediction: 'Prediction',
  correct: 'Correctness',
  annotated: 'Annotated at',
  error: 'Error',
}

const GROUP_NAMES: Record<Grouping, string> = {
  none: 'No groups',
  label: 'By label',
  class: 'By class of the label',
  split: 'By split',
  prediction: 'By prediction',
  correct: 'By correctness',
  tag: 'By tag',
}

interface ResultBarProps {
  run: RunInfo
  /** The first of the result. */
  sample: number | undefined
  view: View
  change: (part: Partial<View>) => void
  /** Samples that fit the filter; null while unknown. */
  shown: number | null
  total: number | null
  busy: boolean
  /** Where triage of this result is. */
  triageLink: string
}

/** What is in the result: the filter in words, how many samples it leaves, and their order. */
export function ResultBar({ run, sample, view, change, shown, total, busy, triageLink }: ResultBarProps) {
  const Direction = view.descending ? IconSortDescending : IconSortAscending
  return (
    <div className={classes.bar}>
      <FilterField run={run} sample={sample} value={view.filter} onCommit={(filter) => change({ filter })} />
      <ViewsMenu runId={run.id} />
      <p className={classes.count} role="status" data-busy={busy}>
        {countText(shown, total)}
        <span className={classes.wide}>{shown === null || total === null ? '' : ' samples'}</span>
      </p>
      <Tooltip label="Go through this result one by one (T)">
        <Button
          size="xs"
          component={Link}
          href={triageLink}
          className={classes.triage}
          aria-label="Triage"
          leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
        >
          <span className={classes.wide}>Triage</span>
        </Button>
      </Tooltip>
      <ExportButton run={run} filter={view.filter} className={classes.triage} wordClass={classes.wide} />
      <NativeSelect
        size="xs"
        className={classes.choice}
        aria-label="Group by"
        value={view.group}
        data={GROUPINGS.map((grouping) => ({ value: grouping, label: GROUP_NAMES[grouping] }))}
        onChange={(event) => change({ group: event.currentTarget.value as Grouping })}
      />
      <div className={classes.sort}>
        <NativeSelect
          size="xs"
          className={classes.choice}
          aria-label="Sort by"
          value={view.sort}
          data={[
            ...SORT_KEYS.map((key) => ({
              value: key,
              label: key === 'confidence' && isNumber(run) ? 'Number' : SORT_NAMES[key],
            })),
            ...headSorts(view).map((key) => ({ value: key, label: key })),
          ]}
          onChange={(event) => change({ sort: event.currentTarget.value as SortKey })}
        />
        <HeadSort run={run} filter={view.filter} sort={view.sort} onSort={change} />
        <Tooltip label={view.descending ? 'Descending' : 'Ascending'}>
          <ActionIcon
            size="md"
            aria-label={view.descending ? 'Descending; sort ascending' : 'Ascending; sort descending'}
            onClick={() => change({ descending: !view.descending })}
          >
            <Direction size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  )
}

/** The heads that the filter or the order speak of. */
function headSorts({ filter, sort }: View): SortKey[] {
  const named = filter.match(/head\(\s*\d+\s*,\s*\d+\s*\)/gi) ?? []
  const heads = [...named, sort].map((name) => headOfSort(name.toLowerCase().replace(/\s/g, '')))
  const sorts = heads.flatMap((head): SortKey[] => (head === null ? [] : [`head(${head.layer},${head.head})`]))
  return [...new Set(sorts)]
}

function countText(shown: number | null, total: number | null): string {
  if (shown === null || total === null) return ''
  if (shown === total) return formatCount(total)
  return `${formatCount(shown)} of ${formatCount(total)}`
}
