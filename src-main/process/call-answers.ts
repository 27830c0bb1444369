import { toErrorValue } from '@shared/errors'
import type { Answer, Asked } from './messages'
import { callMethod, withSignal } from './remote'

/**
 * Answers the calls of one port with the methods of `api` and of the objects in it.
 * Errors cross as values; an AbortSignal in the last argument's `signal` arrives as a signal.
 */
export class CallAnswers {
  readonly #aborts = new Map<number, AbortController>()
  readonly #api: object
  readonly #send: (answer: Answer) => void

  constructor(api: object, send: (answer: Answer) => void) {
    this.#api = api
    this.#send = send
  }

  take(message: Asked): void {
    if (message.kind === 'cancel') return this.#aborts.get(message.id)?.abort()
    const { id, path, args, abortable } = message
    const controller = new AbortController()
    this.#aborts.set(id, controller)
    callMethod(this.#api, path, abortable ? withSignal(args, controller.signal) : args)
      .then(
        (value) => this.#send({ kind: 'result', id, value }),
        (error: unknown) => this.#send({ kind: 'failure', id, error: toErrorValue(error) }),
      )
      // The caller is also told of a result that cannot be cloned.
      .catch((error: unknown) => this.#send({ kind: 'failure', id, error: toErrorValue(error) }))
      .finally(() => this.#aborts.delete(id))
  }

  /** Aborts everything that is under way. */
  abort(): void {
    for (const controller of this.#aborts.values()) controller.abort()
  }
}
