import type { RunInfo, SampleDetail } from '@shared/api'
import type { ReactNode } from 'react'
import { labelText } from '../../base/label-text'
import { className } from '../../base/class-name'
import { OutcomeMark } from '../../ui/Outcome'
import { confidenceText, isNumber } from '../../ui/confidence-text'
import classes from './Triage.module.css'

interface TriageFactsProps {
  run: RunInfo
  detail: SampleDetail
  /** What lies over the picture. */
  overlay: string
  /** The choice of what it explains. */
  children: ReactNode
}

/** What a judgement is based on: the prediction and the class that came second, with their probabilities, and the label. */
export function TriageFacts({ run, detail: { row, top }, overlay, children }: TriageFactsProps) {
  const second = isNumber(run) ? undefined : top.find(({ classIndex }) => classIndex !== row.prediction)
  return (
    <div className={classes.facts}>
      <h1 className={classes.path}>{row.path}</h1>
      {row.prediction !== null && (
        <dl className={classes.classes}>
          <dt>{isNumber(run) ? 'Number' : 'Prediction'}</dt>
          <dd>
            <OutcomeMark correct={row.correct} /> {className(run, row.prediction)}
          </dd>
          <dd className={classes.share}>{confidenceText(run, row.confidence)}</dd>
          {second && (
            <>
              <dt>Runner-up</dt>
              <dd>{second.name}</dd>
              <dd className={classes.share}>{confidenceText(run, second.probability)}</dd>
            </>
          )}
          <dt>Label</dt>
          <dd>{labelText(row) ?? 'none'}</dd>
        </dl>
      )}
      {row.prediction === null && <p className={classes.fact}>Label: {labelText(row) ?? 'none'}</p>}
      <p className={classes.fact} aria-live="polite">
        {overlay}
      </p>
      {children}
    </div>
  )
}
