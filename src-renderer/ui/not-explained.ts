import type { RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { needsLabel } from '@shared/targets'

/**
 * What samples without a result are called: a run that explains labels, or a class of a segmentation, passes over files
 * that it could read, too.
 */
export function withoutResult({ definition: { target }, model: { dense } }: RunInfo): string {
  const needsPlaces = dense?.kind === 'pixels' && target.kind !== 'predicted'
  return needsLabel(target) || needsPlaces ? 'Not explained' : 'Unreadable'
}

/** Whether nothing failed: the sample has no label, was predicted as its label, or has no mask or no place of the class, and the target needs otherwise. */
export const isWithoutTarget = (error: Error | null): boolean =>
  error instanceof HeadlightError && ['no-contrast', 'no-label', 'empty-mask', 'no-mask'].includes(error.code)
