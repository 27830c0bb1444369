/** Why a call of this package fails. */
export const EXPLAIN_ERROR_CODES = [
  'usage',
  'unsupported-model',
  'unreadable-model',
  'not-found',
  'not-writable',
  'out-of-memory',
  'internal',
] as const

/** One of `EXPLAIN_ERROR_CODES`; `HeadlightError` says what each means. */
export type ExplainErrorCode = (typeof EXPLAIN_ERROR_CODES)[number]

/**
 * A failure with a code and one sentence that says what failed, where, and what to do.
 *
 * `usage`: an argument does not fit. `unsupported-model`: the model was read and cannot be explained. `unreadable-model`:
 * the file is damaged or is not an ONNX model. `not-found`, `not-writable`: the file system refused. `out-of-memory`: a
 * batch did not fit. `internal`: a fault of this package.
 *
 * A program that has codes of its own types the same class with them, so that `instanceof` covers both.
 */
export class HeadlightError<Code extends string = ExplainErrorCode> extends Error {
  /** For programs; `message` is for people. */
  readonly code: Code
  /** @param message one sentence for people: what failed, where, what to do */
  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(shortened(message), options)
    this.name = 'HeadlightError'
    this.code = code
  }
}

/** A longer message contains a very long name. What to do is at the end of the message, which is kept. */
const MAX_CHARACTERS = 2000

function shortened(message: string): string {
  if (message.length <= MAX_CHARACTERS) return message
  return `${message.slice(0, MAX_CHARACTERS - 400)} … ${message.slice(-400)}`
}
