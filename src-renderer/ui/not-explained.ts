import { HeadlightError } from '@shared/errors'

/** Whether nothing failed: the sample has no label, was predicted as its label, or has no mask or no place of the class, and the target needs otherwise. */
export const isWithoutTarget = (error: Error | null): boolean =>
  error instanceof HeadlightError && ['no-contrast', 'no-label', 'empty-mask', 'no-mask'].includes(error.code)
