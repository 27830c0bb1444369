import { Button, UnstyledButton } from '@mantine/core'
import { useFilterCounts } from '../../api/filter-counts'
import { EmptyMessage } from '../../ui/Messages'
import { splitFilter, withoutTerm } from '../../ui/filter/single-terms'
import { formatCount } from '../../ui/format'
import classes from './NoSamples.module.css'

interface NoSamplesProps {
  runId: number
  filter: string
  /** Samples of the run. */
  total: number
  onFilter: (filter: string) => void
}

/** An empty result: why, and how many samples there would be without each term of the filter. */
export function NoSamples({ runId, filter, total, onFilter }: NoSamplesProps) {
  const terms = total === 0 ? [] : splitFilter(filter)
  const relaxed = terms.length > 1 ? terms.map((_, index) => withoutTerm(filter, index)) : []
  const counts = useFilterCounts(runId, relaxed)
  if (total === 0) {
    return (
      <EmptyMessage title="This run has no samples yet">
        Its images are listed, and their results computed, when it is started or resumed on the Runs screen.
      </EmptyMessage>
    )
  }
  return (
    <EmptyMessage
      title="No sample fits this filter"
      actions={<Button onClick={() => onFilter('')}>Show all samples</Button>}
    >
      {relaxed.length === 0
        ? `Nothing in ${formatCount(total)} samples matches “${filter}”.`
        : 'Each term by itself may have samples; all of them together have none. Leave one out:'}
      {relaxed.length > 0 && (
        <span className={classes.terms}>
          {relaxed.map((next, index) => (
            <UnstyledButton
              key={next}
              className={classes.term}
              disabled={counts[index] === 0}
              onClick={() => onFilter(next)}
            >
              <span>
                without <code>{terms[index]?.text}</code>
              </span>
              <span className={classes.count}>{counts[index] === undefined ? '' : formatCount(counts[index])}</span>
            </UnstyledButton>
          ))}
        </span>
      )}
    </EmptyMessage>
  )
}
