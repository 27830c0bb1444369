import { toErrorValue } from '@shared/errors'
import { surviveBackgroundFailures } from '../process'
import { programLog } from './program-log'

/** For the process that starts the others: a background task that fails is reported and logged, and ends nothing. */
export function logBackgroundFailures(): void {
  surviveBackgroundFailures((message, error) => {
    console.error(message, error)
    const { code, message: reason, cause } = toErrorValue(error)
    programLog().write('error', message, { code, reason, cause })
  })
}
