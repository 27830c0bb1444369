import { Button } from '@mantine/core'
import type { EvaluationRequest, RunInfo } from '@shared/api'
import { useState } from 'react'
import { useEvaluationEstimate } from '../../api/evaluation-queries'
import { InlineError } from '../../ui/Messages'
import { formatCount, formatDuration } from '../../ui/format'
import { imagesInWords } from './evaluation-words'
import classes from './Evaluations.module.css'

/** Forward passes that an evaluation takes, and its time once some of them were timed; what refuses to be evaluated says why here. */
export function EvaluationEstimate({ run, request }: { run: RunInfo; request: EvaluationRequest }) {
  const [measured, setMeasured] = useState<string | null>(null)
  const key = JSON.stringify(request)
  const counted = useEvaluationEstimate(run.id, request, false)
  const timed = useEvaluationEstimate(run.id, request, true, measured === key)
  if (counted.isError) return <InlineError error={counted.error} />
  const estimate = timed.data ?? counted.data
  if (!estimate) return <p className={classes.estimate}>Counting…</p>
  const { samples, known, passes, passesNote, seconds, secondsSource } = estimate
  const left = samples - known
  return (
    <>
      <p className={classes.estimate} role="status">
        <span>
          {imagesInWords(samples)}, {formatCount(passes)} forward passes each
          {passesNote && ` (${passesNote})`}: {formatCount(passes * left)}
          {known > 0 && `; ${imagesInWords(known)} ${known === 1 ? 'is' : 'are'} measured already`}.
        </span>
        {seconds === null ? (
          <Button
            size="compact-xs"
            variant="default"
            loading={timed.isFetching}
            disabled={left === 0}
            onClick={() => setMeasured(key)}
          >
            Measure the time
          </Button>
        ) : (
          <span title={secondsSource ?? undefined}>
            About {formatDuration(seconds)} on this machine, by {secondsSource}.
          </span>
        )}
      </p>
      {timed.isError && <InlineError error={timed.error} />}
    </>
  )
}
