import { Button, Loader, Skeleton, UnstyledButton } from '@mantine/core'
import type { RunInfo, SampleDetail, TargetPolicy } from '@shared/api'
import { VALUE } from '@shared/probabilities'
import { HeadlightError } from '@shared/errors'
import { className } from '../../base/class-name'
import { InlineError } from '../../ui/Messages'
import { isWithoutTarget } from '../../ui/not-explained'
import { Panel } from '../../ui/Panel'
import { TargetChoice } from '../../ui/TargetChoice'
import { Spoken } from '../../ui/Spoken'
import { useSharedHint } from '../../ui/use-shared-hint'
import { confidenceText, isNumber } from '../../ui/confidence-text'
import { formatValue } from '../../ui/format'
import { explainedPlace, promptsOf, sharesMeaning } from './dense-words'
import classes from './Predictions.module.css'
import type { ShownExplanation } from './shown-explanation'

interface PredictionsProps {
  run: RunInfo
  detail: SampleDetail | undefined
  explanation: { shown: ShownExplanation | undefined; computing: boolean; error: Error | null; retry: () => unknown }
  /** Null for the run's own target. */
  target: TargetPolicy | null
  onTarget: (target: TargetPolicy | null) => void
}

interface ExplainedProps {
  run: RunInfo
  detail: SampleDetail
  shown: ShownExplanation
  target: TargetPolicy
}

/** The most probable classes with their probabilities, and the choice of the class that the maps explain. */
export function Predictions({ run, detail, explanation, target, onTarget }: PredictionsProps) {
  const { shown, computing, error, retry } = explanation
  const ofNumber = isNumber(run)
  // The negative of a number says nothing more.
  const top = (detail?.top ?? []).filter(({ classIndex }) => !ofNumber || classIndex === VALUE)
  const meaning = sharesMeaning(run)
  const { area, hint } = useSharedHint({ position: 'left' })
  return (
    <Panel title={ofNumber ? 'Number' : 'Predictions'}>
      {hint}
      {!detail && <Skeleton height={128} />}
      {detail && top.length === 0 && (
        <p className={classes.none}>This sample has no results{detail.row.error === null ? ' yet' : ''}.</p>
      )}
      {detail && top.length > 0 && (
        <ol className={classes.list} {...area}>
          {top.map(({ classIndex, name, probability, logit }) => (
            <li key={classIndex} data-label={classIndex === detail.row.label}>
              <UnstyledButton
                className={classes.item}
                data-hint={
                  ofNumber ? 'Click to explain it.' : `logit ${formatValue(logit)}. Click to explain this class.`
                }
                onClick={() => onTarget({ kind: 'class', classIndex })}
              >
                <Spoken>Explain</Spoken>
                <span className={classes.name} title={name}>
                  <span>{name}</span>
                  {classIndex === detail.row.label && <span className={classes.tag}>label</span>}
                </span>
                {!ofNumber && (
                  <span className={classes.track}>
                    <span className={classes.bar} style={{ width: `${probability * 100}%` }} />
                  </span>
                )}
                <span className={classes.share}>{confidenceText(run, probability)}</span>
              </UnstyledButton>
            </li>
          ))}
        </ol>
      )}
      {meaning && top.length > 0 && <p className={classes.target}>{meaning}</p>}
      {detail && detail.row.error === null && (
        <div className={classes.choice}>
          <TargetChoice
            run={run}
            target={target}
            explained={shown && shown.target >= 0 ? shown.target : undefined}
            label={detail.row.label}
            onChange={onTarget}
          />
          <p className={classes.target} aria-live="polite">
            {computing && <Loader size={12} color="gray" role="img" aria-label="Computing maps" />}
            {computing && target
              ? 'Computing its maps …'
              : shown &&
                shown.target >= 0 && (
                  <Explained run={run} detail={detail} shown={shown} target={target ?? run.definition.target} />
                )}
            {target && (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onTarget(null)}>
                Back to the run’s target
              </Button>
            )}
          </p>
          {error && isWithoutTarget(error) && (
            <>
              <p className={classes.target}>{error.message}</p>
              {error instanceof HeadlightError && error.code !== 'empty-mask' && error.code !== 'no-mask' && (
                <Button size="compact-xs" onClick={() => onTarget({ kind: 'predicted-runner-up' })}>
                  Prediction − runner-up
                </Button>
              )}
            </>
          )}
          {error && !isWithoutTarget(error) && <InlineError error={error} retry={retry} />}
        </div>
      )}
    </Panel>
  )
}

function Explained({ run, detail, shown, target }: ExplainedProps) {
  const probability = shown.probabilities?.[shown.target]
  return (
    <span>
      {run.model.noMaps === undefined ? 'Maps' : 'Head weights'} explain{isNumber(run) ? ' ' : ' the logit of '}
      <strong>{className(run, shown.target)}</strong>
      {explainedPlace(run, target, shown.detection)}
      {promptsOf(run, shown.target)}
      {probability !== undefined && ` (${confidenceText(run, probability)})`}
      {shown.target === detail.row.prediction && !isNumber(run) && ', the prediction'}
      {shown.against !== null && (
        <>
          , minus that of <strong>{className(run, shown.against)}</strong>
        </>
      )}
      .
    </span>
  )
}
