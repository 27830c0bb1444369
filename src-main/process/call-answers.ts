import { HeadlightError, toErrorValue } from '@shared/errors'
import type { Answer, Asked } from './messages'
import { withSignal } from './remote'

/**
 * Answers the calls of one port with the methods of `api`; 'library.query' is the method `query` of its part `library`.
 * Errors cross as values; an AbortSignal in the last argument's `signal` arrives as a signal.
 */
export class CallAnswers {
  private readonly aborts = new Map<number, AbortController>()

  constructor(
    private readonly api: object,
    private readonly send: (answer: Answer) => void,
  ) {}

  take(message: Asked): void {
    if (message.kind === 'cancel') return this.aborts.get(message.id)?.abort()
    const { id, method, args, abortable } = message
    const controller = new AbortController()
    this.aborts.set(id, controller)
    invoke(this.api, method, abortable ? withSignal(args, controller.signal) : args)
      .then(
        (value) => this.send({ kind: 'result', id, value }),
        (error: unknown) => this.send({ kind: 'failure', id, error: toErrorValue(error) }),
      )
      // A result that cannot be cloned is the caller's to know, too.
      .catch((error: unknown) => this.send({ kind: 'failure', id, error: toErrorValue(error) }))
      .finally(() => this.aborts.delete(id))
  }

  /** Aborts everything that is under way. */
  abort(): void {
    for (const controller of this.aborts.values()) controller.abort()
  }
}

async function invoke(api: object, method: string, args: unknown[]): Promise<unknown> {
  const names = method.split('.')
  const name = names.pop() ?? ''
  const owner = names.reduce<unknown>(member, api)
  const called = member(owner, name)
  if (typeof called !== 'function') throw new HeadlightError('internal', `There is no method '${method}'.`)
  return (called as (...args: unknown[]) => unknown).apply(owner, args)
}

function member(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null || name in Object.prototype) return undefined
  return (owner as Record<string, unknown>)[name]
}
