import { NativeSelect } from '@mantine/core'
import type { Reference } from '../../shared/heads/heads-state'
import { confusedPair, referenceOf } from './comparison'
import classes from './HeadsScreen.module.css'
import type { PartProps } from './part-props'

/** Whether a label's failures of one prediction stand against correct ones of the label, or of the prediction. */
export function ReferenceChoice({ run, view, change }: PartProps) {
  const pair = confusedPair(view.filter)
  if (!pair) return null
  const { kind } = run.definition.target
  const same = ': the same class is explained'
  return (
    <NativeSelect
      className={classes.against}
      size="xs"
      aria-label="Correct samples"
      value={referenceOf(run, view.against)}
      data={[
        { value: 'label', label: `against correct ${pair.label} (the label${kind === 'label' ? same : ''})` },
        {
          value: 'prediction',
          label: `against correct ${pair.prediction} (what they are taken for${kind === 'predicted' ? same : ''})`,
        },
      ]}
      onChange={(event) => change({ against: event.currentTarget.value as Reference })}
    />
  )
}
