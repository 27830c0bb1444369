import { SegmentedControl } from '@mantine/core'
import { useMemo } from 'react'
import type { RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { useConfusion } from '../../api/statistics-queries'
import { className } from '../../base/class-name'
import { allOf, classTerm } from '../../base/class-term'
import { links } from '../../base/links'
import { formatCount, formatShare } from '../../ui/format'
import classes from './ConfusionLists.module.css'
import type { Cell } from './confusion-plot'
import { classScores, type ConfusionTable, type Pair, type Share, valueOf } from './confusion-table'
import { LabelRows } from './LabelRows'
import { ListTable } from './ListTable'
import { ownLabels } from './own-labels'
import { cellFilter } from './PairSamples'

export type List = 'pairs' | 'classes' | 'labels'

interface ConfusionListsProps {
  run: RunInfo
  table: ConfusionTable
  filter: string
  share: Share
  /** Pairs of unlike classes, those that are confused most first. */
  confused: readonly Pair[]
  /** Classes in the order of the matrix. */
  order: readonly number[]
  list: List
  onList: (list: List) => void
  onCell: (cell: Cell) => void
}

/** The same table as lists: the pairs that are confused most, and how well each class is found. */
export function ConfusionLists(props: ConfusionListsProps) {
  const { run, filter, list, onList } = props
  const { data } = useConfusion(run.id, filter)
  const labels = useMemo(() => (data ? ownLabels(data, (index) => className(run, index)) : []), [data, run])
  const hasLabels = labels.length > 0
  return (
    <section className={classes.lists} aria-label="Lists">
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="List"
        className={classes.choice}
        value={list === 'labels' && !hasLabels ? 'pairs' : list}
        data={[
          { value: 'pairs', label: 'Top confusions' },
          { value: 'classes', label: 'Classes' },
          ...(hasLabels ? [{ value: 'labels', label: 'Labels' }] : []),
        ]}
        onChange={(value) => onList(value as List)}
      />
      {list === 'classes' ? (
        <Classes {...props} />
      ) : list === 'labels' && hasLabels ? (
        <LabelRows run={run} labels={labels} filter={filter} />
      ) : (
        <Pairs {...props} />
      )}
    </section>
  )
}

function Pairs({ run, table, filter, share, confused, onCell }: ConfusionListsProps) {
  const [first] = confused
  if (!first) return <p className={classes.none}>Every prediction is right. There is nothing to confuse.</p>
  const largest = valueOf(table, first, share)
  return (
    <ListTable
      label="Top confusions"
      columns={[
        { name: 'Label, taken for' },
        { name: 'Count' },
        { name: share === 'column' ? 'of prediction' : 'of label' },
      ]}
      rows={confused}
      keyOf={(pair) => `${pair.label} ${pair.prediction}`}
      onPoint={onCell}
      cells={(pair) => (
        <>
          <th scope="row">
            <Link
              href={links.gallery(run.id, { filter: cellFilter(run, table, filter, pair) })}
              onFocus={() => onCell(pair)}
            >
              {className(run, pair.label)} <span className={classes.arrow}>→</span> {className(run, pair.prediction)}
            </Link>
            <span className={classes.bar} style={{ width: `${(valueOf(table, pair, share) / largest) * 100}%` }} />
          </th>
          <td>{formatCount(pair.count)}</td>
          <td>{formatShare(valueOf(table, pair, share === 'count' ? 'row' : share), 1)}</td>
        </>
      )}
    />
  )
}

const CLASS_COLUMNS = [
  { name: 'Class' },
  { name: 'Samples' },
  { name: 'Recall', meaning: 'Share of the samples with this label that are predicted so' },
  { name: 'Precision', meaning: 'Share of the samples predicted so that have this label' },
]

function Classes({ run, table, filter, order, onCell }: ConfusionListsProps) {
  const own = (classIndex: number) => onCell({ label: classIndex, prediction: classIndex })
  return (
    <ListTable
      label="Classes"
      columns={CLASS_COLUMNS}
      rows={order}
      keyOf={(classIndex) => classIndex}
      onPoint={own}
      cells={(classIndex) => {
        const { count, recall, precision } = classScores(table, classIndex)
        return (
          <>
            <th scope="row">
              <Link
                href={links.gallery(run.id, { filter: allOf(filter, classTerm(run, 'class', classIndex)) })}
                onFocus={() => own(classIndex)}
              >
                {className(run, classIndex)}
              </Link>
              <span className={classes.bar} style={{ width: `${(recall || 0) * 100}%` }} />
            </th>
            <td>{formatCount(count)}</td>
            <td>{formatShare(recall, 1)}</td>
            <td>{formatShare(precision, 1)}</td>
          </>
        )
      }}
    />
  )
}
