import type { RunInfo } from './api'
import { needsLabel } from './targets'

/**
 * What samples without a result are called: a run that explains labels, or a class of a segmentation, passes over files
 * that it could read, too.
 */
export function withoutResult({ definition: { target }, model: { dense } }: RunInfo): string {
  const needsPlaces = dense?.kind === 'pixels' && target.kind !== 'predicted'
  return needsLabel(target) || needsPlaces ? 'Not explained' : 'Unreadable'
}
