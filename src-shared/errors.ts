import { EXPLAIN_ERROR_CODES, HeadlightError as CodedError } from '@headlight/explain/errors'

/** Why something failed, in the words of the contract. The code decides the exit status of the command line. */
export const ERROR_CODES = [
  ...EXPLAIN_ERROR_CODES,
  'unsupported-dataset',
  'unreadable-image',
  'unfit-image',
  'unreadable-file',
  'no-label',
  'no-contrast',
  'empty-mask',
  'no-mask',
  'project-locked',
  'project-newer',
  'project-damaged',
  'model-changed',
  'dataset-gone',
  'disk-full',
  'provider-unavailable',
  'process-died',
  'port-in-use',
  'cancelled',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** The error class of the explain package with the program's codes: one class, so that `instanceof` covers both. */
export type HeadlightError = CodedError<ErrorCode>
export const HeadlightError: new (code: ErrorCode, message: string, options?: { cause?: unknown }) => HeadlightError =
  CodedError

export interface ErrorValue {
  code: ErrorCode
  message: string
  /** The technical cause, for the log and the details panel; never needed to understand the message. */
  cause?: string
}

/** An error as a plain value, so that it survives any port. Unknown errors become `internal`. */
export function toErrorValue(error: unknown): ErrorValue {
  if (error instanceof HeadlightError) {
    return {
      code: error.code,
      message: error.message,
      cause: error.cause === undefined ? undefined : causeText(error.cause),
    }
  }
  if (error instanceof Error) {
    if (error.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled.' }
    return { code: 'internal', message: error.message, cause: error.stack }
  }
  return { code: 'internal', message: String(error) }
}

export function fromErrorValue(value: ErrorValue): HeadlightError {
  return new HeadlightError(value.code, value.message, { cause: value.cause })
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
