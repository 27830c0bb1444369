import { HeadlightError } from '@shared/errors'

/** What the user wrote cannot be done as it stands; exit status 2. */
export function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
