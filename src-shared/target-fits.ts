/** Which targets a model has, and which maps depend on them. */
import { METHODS, type MethodId } from '@headlight/explain/methods'
import type { ModelReport } from '@headlight/explain/report'
import type { TargetPolicy } from './target-policy'
import { classesOfTarget } from './targets'

/** Why a model cannot be asked this, in one sentence that says what to do; null where it can. */
export function targetMisfit(
  target: TargetPolicy,
  { classes, dense }: Pick<ModelReport, 'classes' | 'dense'>,
): string | null {
  const unknown = classesOfTarget(target).find((index) => index >= classes)
  if (unknown !== undefined) return `Class ${unknown} is not one of the model's ${classes} (counted from 0).`
  if (target.kind === 'contrast' && target.classIndex === target.againstIndex) {
    return 'A contrast needs two classes; against itself a class has no gradient.'
  }
  if ((target.kind === 'query' || target.kind === 'best') && dense?.kind !== 'queries') {
    return `The model has no queries as a detector has, so ${target.kind}: has no meaning for it; write class:${target.classIndex}.`
  }
  if (target.kind === 'query' && dense?.kind === 'queries' && target.query >= dense.queries) {
    return `The model has ${dense.queries} queries, counted from 0, and no query ${target.query}.`
  }
  const isPlace = target.kind === 'mask' || target.kind === 'truth' || target.kind === 'region'
  if (isPlace && dense?.kind !== 'pixels') {
    return `The model is not a segmentation, so ${target.kind}: has no meaning for it; write class:${target.classIndex}.`
  }
  return null
}

/**
 * Whether the map of a method is another one for another target: of methods that take the gradient, and of all where every
 * target has read-out rows of its own.
 */
export function dependsOnTarget(method: MethodId, { dense }: Pick<ModelReport, 'dense'>): boolean {
  return METHODS[method].needsGradient || dense !== undefined
}
