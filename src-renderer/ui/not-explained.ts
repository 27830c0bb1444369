import type { RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { needsLabel } from '@shared/targets'

/** What samples without a result are called: a run that explains labels passes over files that it could read, too. */
export const withoutResult = (run: RunInfo): string =>
  needsLabel(run.definition.target) ? 'Not explained' : 'Unreadable'

/** Whether nothing failed: the sample has no label, was predicted as its label, or has no place of the class, and the target needs otherwise. */
export const isWithoutTarget = (error: Error | null): boolean =>
  error instanceof HeadlightError && ['no-contrast', 'no-label', 'empty-mask'].includes(error.code)
