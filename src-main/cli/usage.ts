import { HeadlightError } from '@shared/errors'

/** An error in the user's arguments; exit status 2. */
export function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
