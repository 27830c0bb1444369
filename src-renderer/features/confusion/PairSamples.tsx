import { Button } from '@mantine/core'
import { type RunInfo, imageUrls } from '@shared/api'
import { IconArrowsDiff, IconArrowsExchange } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useSampleIds } from '../../api/sample-queries'
import { quoteFilterValue } from '@shared/filter'
import { className } from '../../base/class-name'
import { allOf, classTerm } from '../../base/class-term'
import { links } from '../../base/links'
import { ErrorMessage } from '../../ui/Messages'
import { withoutFields } from '../../ui/filter/filter-terms'
import { formatCount, formatShares } from '../../ui/format'
import { linkedSample } from '../../shared/pins/linked-pane'
import { usePinCommand } from '../../shared/pins/pin-commands'
import { correctOnesLink } from '../../shared/heads/head-links'
import type { Cell } from './confusion-plot'
import type { ConfusionTable } from './confusion-table'
import classes from './PairSamples.module.css'

interface PairSamplesProps {
  run: RunInfo
  table: ConfusionTable
  filter: string
  cell: Cell
  onCell: (cell: Cell) => void
}

const SHOWN = 12

/** The filter of exactly the samples of a cell. */
export function cellFilter(run: RunInfo, table: ConfusionTable, filter: string, { label, prediction }: Cell): string {
  const name = table.unmatchedName(label)
  const ofLabel = name === null ? classTerm(run, 'class', label) : `label:${quoteFilterValue(name)}`
  return allOf(filter, ofLabel, classTerm(run, 'pred', prediction))
}

/** The samples of a cell and of the one across the diagonal. */
function bothFilter(run: RunInfo, filter: string, { label, prediction }: Cell): string {
  const both = [label, prediction]
  return allOf(filter, classTerm(run, 'class', ...both), classTerm(run, 'pred', ...both), 'correct:false')
}

/** The cell of the cursor: how much it is, its surest samples, and the way to all of them. */
export function PairSamples({ run, table, filter, cell, onCell }: PairSamplesProps) {
  const { label, prediction } = cell
  const unmatched = table.unmatchedName(label)
  const [labelName, predictionName] = [unmatched ?? className(run, label), className(run, prediction)]
  const count = table.count(label, prediction)
  const [ofLabel, ofPrediction] = formatShares([
    share(count, table.labelled(label)),
    share(count, table.predicted(prediction)),
  ])
  const opposite = table.count(prediction, label)
  const own = cellFilter(run, table, filter, cell)
  const samples = useSampleIds({ runId: run.id, filter: own, sort: 'confidence', descending: true })
  const correct = label === prediction
  const confused = !correct && unmatched === null
  usePinCommand(() => {
    const linked = linkedSample(run)
    const sampleId = samples.data?.ids[0]
    if (linked) return linked
    if (sampleId === undefined) return { why: 'Nothing was pinned: no sample is in this cell.' }
    const method = run.definition.methods[0]
    const map = method ? { kind: 'method' as const, method } : { kind: 'image' as const }
    const pair = correct ? `${labelName}, predicted so` : `${labelName} taken for ${predictionName}`
    return { pane: { sampleId, runId: run.id, map, target: null }, name: `the surest sample of ${pair}` }
  })
  return (
    <section className={classes.pair} aria-label="Chosen cell">
      <h2>
        {correct ? (
          <>{labelName}, predicted so</>
        ) : (
          <>
            {labelName} <span>{confused ? 'taken for' : '(no class) predicted'}</span> {predictionName}
          </>
        )}
      </h2>
      <p className={classes.shares}>
        <b>{formatCount(count)}</b> {count === 1 ? 'sample' : 'samples'}: {ofLabel} of {labelName}
        {unmatched === null
          ? `, ${ofPrediction} of what is predicted ${predictionName}`
          : ', neither right nor wrong: the label has no class'}
        {filter !== '' && ', within the filter'}
      </p>
      {samples.isLoadingError && <ErrorMessage error={samples.error} retry={samples.refetch} />}
      {count > 0 && (
        <div className={classes.pictures} aria-busy={samples.isPending}>
          {[...(samples.data?.ids.subarray(0, SHOWN) ?? [])].map((id, index) => (
            <Link
              key={id}
              href={links.sample(run.id, id, { filter: own, sort: 'confidence', descending: true })}
              aria-label={`Sample ${index + 1} of ${count}, the surest first`}
            >
              <img
                src={imageUrls.thumbnail(run.id, id, 160)}
                alt=""
                loading="lazy"
                // The place of a picture that cannot be read stays empty; the sample's own screen says why.
                onError={({ currentTarget }) => (currentTarget.style.visibility = 'hidden')}
              />
            </Link>
          ))}
        </div>
      )}
      <div className={classes.actions}>
        {count > 0 && (
          <Button size="xs" variant="filled" component={Link} href={links.gallery(run.id, { filter: own })}>
            {count === 1 ? 'Open the sample' : `Open ${formatCount(count)} samples`}
          </Button>
        )}
        {confused && (
          <Button
            size="xs"
            leftSection={<IconArrowsExchange size={14} aria-hidden />}
            onClick={() => onCell({ label: prediction, prediction: label })}
          >
            Other way round: {formatCount(opposite)}
          </Button>
        )}
        {confused && count > 0 && opposite > 0 && (
          <Button
            size="xs"
            component={Link}
            href={links.gallery(run.id, { filter: bothFilter(run, filter, cell), group: 'label' })}
          >
            Both directions: {formatCount(count + opposite)}
          </Button>
        )}
        {confused && count > 0 && (
          <Button
            size="xs"
            leftSection={<IconArrowsDiff size={14} aria-hidden />}
            component={Link}
            href={correctOnesLink(
              run,
              cellFilter(run, table, withoutFields(filter, ['label', 'class', 'prediction', 'correct']), cell),
            )}
          >
            Compare with correct ones
          </Button>
        )}
      </div>
    </section>
  )
}

const share = (count: number, of: number) => (of === 0 ? null : count / of)
