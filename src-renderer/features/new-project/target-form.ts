/** What a run explains: as chosen in the form, and as the contract has it. */
import { type TargetPolicy, targetSchema } from '@shared/api'
import type { Policy } from '@shared/target-forms'

export interface TargetForm {
  /** 'both': a run of the prediction, and one of the label. */
  kind: Policy | 'both' | 'class' | 'contrast'
  classIndex: number | null
  /** Only for a contrast: the class whose logit is taken off. */
  againstIndex: number | null
}

export const PREDICTED: TargetForm = { kind: 'predicted', classIndex: null, againstIndex: null }

/** The class of likeness: that of the single logit itself. */
export const LIKENESS = { kind: 'class', classIndex: 1 } as const

const NAMES: Record<TargetForm['kind'], string> = {
  predicted: 'The prediction',
  label: 'The label',
  both: 'Prediction and label, two runs',
  'predicted-label': 'Prediction minus label, where they differ',
  'label-predicted': 'Label minus prediction, where they differ',
  'predicted-runner-up': 'Prediction minus the runner-up',
  class: 'One class',
  contrast: 'One class minus another',
}

export const TARGET_KINDS = (Object.keys(NAMES) as TargetForm['kind'][]).map((kind) => ({
  value: kind,
  label: NAMES[kind],
}))

/** The target of every run that is to be started, in their order; none while a class is missing. */
export function targetsOf(form: TargetForm): TargetPolicy[] {
  if (form.kind === 'both') return [{ kind: 'predicted' }, { kind: 'label' }]
  const checked = targetSchema.safeParse(form)
  return checked.success ? [checked.data] : []
}

/** What is missing, null for nothing. */
export function targetObstacle(form: TargetForm): string | null {
  if (targetsOf(form).length === 0) return 'Choose the class to explain.'
  const same = form.kind === 'contrast' && form.classIndex === form.againstIndex
  return same ? 'Choose two different classes for the contrast.' : null
}
