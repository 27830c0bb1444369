/** From a target to the classes whose logits are subtracted, for one sample. */
import {
  AGAINST_NOTHING,
  AGAINST_PREDICTED,
  AGAINST_RUNNER_UP,
  type ClassInputs,
  TARGET_PREDICTED,
} from '@headlight/explain/class-inputs'
import type { TargetPolicy } from './target-policy'

/** Classes to explain, and over what of a segmentation. */
export interface AskedClasses extends ClassInputs {
  /** Over the sample's mask in the dataset, in place of the class's own. */
  truth?: true
  /** Over this region, which was drawn on the sample. */
  region?: string
}

/** What to compute for a sample; null where the target needs a label and there is none. */
export function classInputs(target: TargetPolicy, label: number | null): AskedClasses | null {
  switch (target.kind) {
    case 'predicted':
      return { target: TARGET_PREDICTED, against: AGAINST_NOTHING }
    case 'query':
      return { target: target.classIndex, against: AGAINST_NOTHING, query: target.query }
    case 'class':
    case 'best':
    case 'mask':
      return { target: target.classIndex, against: AGAINST_NOTHING }
    case 'truth':
      return { target: target.classIndex, against: AGAINST_NOTHING, truth: true }
    case 'region':
      return { target: target.classIndex, against: AGAINST_NOTHING, region: target.region }
    case 'contrast':
      return { target: target.classIndex, against: target.againstIndex }
    case 'predicted-runner-up':
      return { target: TARGET_PREDICTED, against: AGAINST_RUNNER_UP }
    case 'label':
      return label === null ? null : { target: label, against: AGAINST_NOTHING }
    case 'predicted-label':
      return label === null ? null : { target: TARGET_PREDICTED, against: label }
    case 'label-predicted':
      return label === null ? null : { target: label, against: AGAINST_PREDICTED }
  }
}

/**
 * The class that a computed sample was explained against, null for none.
 * @param top its classes by logit, best first, as results keep them
 */
export function againstOf(target: TargetPolicy, label: number | null, top: readonly number[]): number | null {
  const { against } = classInputs(target, label) ?? { against: AGAINST_NOTHING }
  if (against === AGAINST_PREDICTED) return top[0] ?? null
  if (against === AGAINST_RUNNER_UP) return top[1] ?? null
  return against === AGAINST_NOTHING ? null : against
}

/** Why a sample that was predicted as its label has no contrast of the two. */
export const NO_CONTRAST = 'Predicted as its label: there is nothing to set against it. Choose prediction − runner-up.'
