/** The target of a run in the form, and as the contract has it. */
import { type TargetPolicy, targetSchema } from '@shared/api'

export interface TargetForm {
  kind: 'predicted' | 'label' | 'class' | 'contrast'
  classIndex: number | null
  /** Only for a contrast: the class whose logit is taken off. */
  againstIndex: number | null
}

export const PREDICTED: TargetForm = { kind: 'predicted', classIndex: null, againstIndex: null }

const NAMES: Record<TargetForm['kind'], string> = {
  predicted: 'The prediction',
  label: 'The label',
  class: 'One class',
  contrast: 'One class minus another',
}

/** The kinds that the contract takes. */
export const TARGET_KINDS = (Object.keys(NAMES) as TargetForm['kind'][])
  .filter((kind) => targetOf({ kind, classIndex: 0, againstIndex: 1 }) !== null)
  .map((kind) => ({ value: kind, label: NAMES[kind] }))

/** Null while a class is missing. */
export function targetOf(form: TargetForm): TargetPolicy | null {
  const checked = targetSchema.safeParse(form)
  return checked.success ? checked.data : null
}

/** What is missing, null for nothing. */
export function targetObstacle(form: TargetForm): string | null {
  if (targetOf(form) === null) return 'Choose the class to explain.'
  const same = form.kind === 'contrast' && form.classIndex === form.againstIndex
  return same ? 'Choose two different classes for the contrast.' : null
}
