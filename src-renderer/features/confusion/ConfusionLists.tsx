import { SegmentedControl } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { className } from '../../app/class-name'
import { allOf, classTerm } from '../../app/class-term'
import { links } from '../../app/links'
import { formatCount, formatShare } from '../../ui/format'
import classes from './ConfusionLists.module.css'
import type { Cell } from './confusion-plot'
import { classScores, confusions, type ConfusionTable, type Share, valueOf } from './confusion-table'
import { cellFilter } from './PairSamples'

interface ConfusionListsProps {
  run: RunInfo
  table: ConfusionTable
  filter: string
  share: Share
  /** Classes in the order of the matrix. */
  order: readonly number[]
  list: 'pairs' | 'classes'
  onList: (list: 'pairs' | 'classes') => void
  onCell: (cell: Cell) => void
}

const MOST_PAIRS = 200

/** The same table as lists: the pairs that are confused most, and how well each class is found. */
export function ConfusionLists(props: ConfusionListsProps) {
  const { list, onList } = props
  return (
    <section className={classes.lists} aria-label="Lists">
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="List"
        className={classes.choice}
        value={list}
        data={[
          { value: 'pairs', label: 'Top confusions' },
          { value: 'classes', label: 'Classes' },
        ]}
        onChange={(value) => onList(value === 'classes' ? 'classes' : 'pairs')}
      />
      <div className={classes.scroll} tabIndex={-1}>
        {list === 'pairs' ? <Pairs {...props} /> : <Classes {...props} />}
      </div>
    </section>
  )
}

function Pairs({ run, table, filter, share, onCell }: ConfusionListsProps) {
  const all = confusions(table, share)
  if (all.length === 0) return <p className={classes.none}>Every prediction is right. There is nothing to confuse.</p>
  const most = valueOf(table, all[0] ?? { label: 0, prediction: 0, count: 0 }, share)
  return (
    <table className={classes.table} aria-label="Top confusions">
      <thead>
        <tr>
          <th scope="col">Label, taken for</th>
          <th scope="col">Count</th>
          <th scope="col">{share === 'column' ? 'of prediction' : 'of label'}</th>
        </tr>
      </thead>
      <tbody>
        {all.slice(0, MOST_PAIRS).map((pair) => {
          const [label, prediction] = [className(run, pair.label), className(run, pair.prediction)]
          const part = valueOf(table, pair, share === 'count' ? 'row' : share)
          return (
            <tr key={`${pair.label} ${pair.prediction}`} onMouseEnter={() => onCell(pair)}>
              <th scope="row">
                <Link
                  href={links.gallery(run.id, { filter: cellFilter(run, filter, pair) })}
                  onFocus={() => onCell(pair)}
                >
                  {label} <span className={classes.arrow}>→</span> {prediction}
                </Link>
                <span className={classes.bar} style={{ width: `${(valueOf(table, pair, share) / most) * 100}%` }} />
              </th>
              <td>{formatCount(pair.count)}</td>
              <td>{formatShare(part)}</td>
            </tr>
          )
        })}
      </tbody>
      {all.length > MOST_PAIRS && (
        <caption>
          The first {MOST_PAIRS} of {formatCount(all.length)} confused pairs.
        </caption>
      )}
    </table>
  )
}

function Classes({ run, table, filter, order, onCell }: ConfusionListsProps) {
  return (
    <table className={classes.table} aria-label="Classes">
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Samples</th>
          <th scope="col" title="Share of the samples with this label that are predicted so">
            Recall
          </th>
          <th scope="col" title="Share of the samples predicted so that have this label">
            Precision
          </th>
        </tr>
      </thead>
      <tbody>
        {order.map((classIndex) => {
          const { count, recall, precision } = classScores(table, classIndex)
          const own = { label: classIndex, prediction: classIndex }
          return (
            <tr key={classIndex} onMouseEnter={() => onCell(own)}>
              <th scope="row">
                <Link
                  href={links.gallery(run.id, { filter: allOf(filter, classTerm(run, 'label', classIndex)) })}
                  onFocus={() => onCell(own)}
                >
                  {className(run, classIndex)}
                </Link>
                <span className={classes.bar} style={{ width: `${(recall || 0) * 100}%` }} />
              </th>
              <td>{formatCount(count)}</td>
              <td>{formatShare(recall)}</td>
              <td>{formatShare(precision)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
