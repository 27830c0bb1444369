/** Why something failed, in the words of the contract. The code decides the exit status of the command line. */
export const ERROR_CODES = [
  'usage',
  'unsupported-model',
  'unsupported-dataset',
  'unreadable-model',
  'unreadable-image',
  'unfit-image',
  'unreadable-file',
  'no-label',
  'no-contrast',
  'not-found',
  'not-writable',
  'project-locked',
  'project-newer',
  'project-damaged',
  'model-changed',
  'dataset-gone',
  'disk-full',
  'provider-unavailable',
  'out-of-memory',
  'process-died',
  'port-in-use',
  'cancelled',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** A failure with a code and one sentence that says what, where and what to do. */
export class HeadlightError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(shortened(message), options)
    this.name = 'HeadlightError'
    this.code = code
  }
}

/** Longer sentences hold a name that somebody made to be long; what to do stands at the end. */
const MOST_CHARACTERS = 2000

function shortened(message: string): string {
  if (message.length <= MOST_CHARACTERS) return message
  return `${message.slice(0, MOST_CHARACTERS - 400)} … ${message.slice(-400)}`
}

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
