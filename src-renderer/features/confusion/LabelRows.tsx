import type { LabelPredictions, RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { Link } from 'wouter'
import { className } from '../../base/class-name'
import { allOf } from '../../base/class-term'
import { links } from '../../base/links'
import { formatCount, formatShare } from '../../ui/format'
import classes from './ConfusionLists.module.css'
import { ListTable } from './ListTable'

const COLUMNS = [
  { name: 'Label, its class' },
  { name: 'Samples' },
  { name: 'Right', meaning: 'Share of the samples that are predicted as the class of the label' },
  { name: 'Mostly predicted' },
]

/** What the samples of each of the dataset's own labels are predicted as, including labels without a class. */
export function LabelRows({
  run,
  labels,
  filter,
}: {
  run: RunInfo
  labels: readonly LabelPredictions[]
  filter: string
}) {
  return (
    <ListTable
      label="Labels"
      columns={COLUMNS}
      rows={labels}
      keyOf={({ name }) => name}
      onPoint={() => undefined}
      cells={(label) => {
        const { count, right, mostly } = describe(label)
        const { name, classIndex } = label
        return (
          <>
            <th scope="row">
              <Link href={links.gallery(run.id, { filter: allOf(filter, `label:${quoteFilterValue(name)}`) })}>
                {name} <span className={classes.arrow}>→</span>{' '}
                {classIndex === null ? 'no class' : className(run, classIndex)}
              </Link>
            </th>
            <td>{formatCount(count)}</td>
            <td>{right === null ? '' : formatShare(right, 1)}</td>
            <td>{className(run, mostly)}</td>
          </>
        )
      }}
    />
  )
}

function describe({ classIndex, predictions, counts }: LabelPredictions) {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const largest = counts.indexOf(Math.max(...counts))
  const own = classIndex === null ? -1 : predictions.indexOf(classIndex)
  const right = classIndex === null ? null : own < 0 ? 0 : counts[own]! / count
  return { count, right, mostly: predictions[largest]! }
}
