import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { links } from '../../base/links'
import { EmptyMessage } from '../../ui/Messages'

interface NoConfusionProps {
  run: RunInfo
  filter: string
  onFilter: (filter: string) => void
}

/** Shown instead of an empty matrix: why there is nothing to show. */
export function NoConfusion({ run, filter, onFilter }: NoConfusionProps) {
  if (run.labelled > 0) {
    return (
      <EmptyMessage
        title="No labelled sample fits this filter"
        actions={filter !== '' && <Button onClick={() => onFilter('')}>Show all samples</Button>}
      >
        A confusion matrix needs samples that have both a label and a prediction.
      </EmptyMessage>
    )
  }
  const waiting = run.done < run.total && run.state !== 'finished'
  return (
    <EmptyMessage
      title={waiting ? 'No labelled sample has a result yet' : 'These images have no labels'}
      actions={
        <Button component={Link} href={waiting ? links.runs : links.newRun}>
          {waiting ? 'Show the run' : 'Start a run with labels'}
        </Button>
      }
    >
      {waiting
        ? 'The matrix fills as the run goes on.'
        : 'A confusion matrix compares predictions with labels: one folder a class, or a manifest with a label column. Labels are matched to the model’s classes when a run begins.'}
    </EmptyMessage>
  )
}
