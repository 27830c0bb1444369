import { Skeleton, Tooltip } from '@mantine/core'
import type { RunInfo, SampleDetail } from '@shared/api'
import { className } from '../../app/class-name'
import { Panel } from '../../ui/Panel'
import { formatShare, formatValue } from '../../ui/format'
import classes from './Predictions.module.css'

/** The most probable classes with their probabilities, and which of them the maps explain. */
export function Predictions({ run, detail }: { run: RunInfo; detail: SampleDetail | undefined }) {
  const { target } = run.definition
  return (
    <Panel title="Predictions">
      {!detail && <Skeleton height={128} />}
      {detail && detail.top.length === 0 && <p className={classes.none}>This sample has no results yet.</p>}
      {detail && detail.top.length > 0 && (
        <>
          <ol className={classes.list}>
            {detail.top.map(({ classIndex, name, probability, logit }) => (
              <li key={classIndex} className={classes.item} data-label={classIndex === detail.row.label}>
                <span className={classes.name} title={name}>
                  {name}
                  {classIndex === detail.row.label && <span className={classes.tag}>label</span>}
                </span>
                <Tooltip label={`logit ${formatValue(logit)}`}>
                  <span className={classes.track}>
                    <span className={classes.bar} style={{ width: `${probability * 100}%` }} />
                  </span>
                </Tooltip>
                <span className={classes.share}>{formatShare(probability)}</span>
              </li>
            ))}
          </ol>
          <p className={classes.target}>
            Maps explain the logit of <strong>{className(run, detail.target)}</strong>
            {detail.target === detail.row.prediction && ', the prediction'}
            {target.kind === 'contrast' && (
              <>
                , minus that of <strong>{className(run, target.againstIndex)}</strong>
              </>
            )}
            .
          </p>
        </>
      )}
    </Panel>
  )
}
