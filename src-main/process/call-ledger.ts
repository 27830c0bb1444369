import { HeadlightError, fromErrorValue } from '@shared/errors'
import type { Answer, Asked } from './messages'
import { signalOf, withSignal } from './remote'

interface Call {
  message: Extract<Asked, { kind: 'call' }>
  resolve(value: unknown): void
  reject(error: Error): void
  /** Forgets the abort listener; the caller has its answer. */
  settle(): void
}

/**
 * The calls of one port: numbers them, sends at most `limit` at once, keeps the rest in order, matches the answers.
 * A cancelled call is rejected at once, but holds its place until the child has answered: its work is still under way.
 */
export class CallLedger {
  readonly #send: (message: Asked) => void
  readonly #limit: number
  readonly #waiting: Call[] = []
  readonly #underWay = new Map<number, Call>()
  #open = false
  #failure: HeadlightError | null = null
  #nextId = 1

  constructor(send: (message: Asked) => void, limit: number) {
    this.#send = send
    this.#limit = limit
  }

  /** Calls that have no answer yet. */
  get pending(): number {
    return this.#waiting.length + this.#underWay.size
  }

  call(path: readonly string[], args: unknown[]): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure)
    const signal = signalOf(args)
    if (signal?.aborted) return Promise.reject(cancelled())
    const id = this.#nextId++
    const message = {
      kind: 'call' as const,
      id,
      path,
      args: signal ? withSignal(args, undefined) : args,
      abortable: signal !== undefined,
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#cancel(id, reject)
      signal?.addEventListener('abort', onAbort, { once: true })
      const settle = () => signal?.removeEventListener('abort', onAbort)
      this.#waiting.push({ message, resolve, reject, settle })
      this.#pump()
    })
  }

  /** The child listens: calls may go out. */
  open(): void {
    this.#open = true
    this.#pump()
  }

  answer(message: Answer): void {
    const call = this.#underWay.get(message.id)
    if (!call) return
    this.#underWay.delete(message.id)
    call.settle()
    if (message.kind === 'result') call.resolve(message.value)
    else call.reject(fromErrorValue(message.error))
    this.#pump()
  }

  /** Rejects everything that is pending, and every later call. */
  close(failure: HeadlightError): void {
    this.#failure ??= failure
    const calls = [...this.#underWay.values(), ...this.#waiting]
    this.#underWay.clear()
    this.#waiting.length = 0
    for (const call of calls) {
      call.settle()
      call.reject(this.#failure)
    }
  }

  #pump(): void {
    while (this.#open && this.#underWay.size < this.#limit) {
      const call = this.#waiting.shift()
      if (!call) return
      this.#underWay.set(call.message.id, call)
      this.#send(call.message)
    }
  }

  #cancel(id: number, reject: (error: Error) => void): void {
    reject(cancelled())
    const queued = this.#waiting.findIndex((call) => call.message.id === id)
    if (queued >= 0) this.#waiting.splice(queued, 1)
    else this.#send({ kind: 'cancel', id })
  }
}

function cancelled(): HeadlightError {
  return new HeadlightError('cancelled', 'Cancelled.')
}
