import { HeadlightError } from '@shared/errors'

/** Control of long work: the worker reports every step, and stops when it is cancelled. */
export interface JobControl {
  readonly signal: AbortSignal
  /** Called between steps: waits while the job is paused. Throws 'cancelled'. */
  step(done: number, total: number): Promise<void>
}

export type OnStep = (done: number, total: number) => void

/** A control that can be paused. Cancelling it also ends a pause. */
export class PausableControl implements JobControl {
  readonly #onStep: OnStep
  readonly #abort = new AbortController()
  #waiting: { promise: Promise<void>; go: () => void } | null = null

  constructor(onStep: OnStep, signal?: AbortSignal) {
    this.#onStep = onStep

    if (signal?.aborted) this.cancel()
    signal?.addEventListener('abort', () => this.cancel(), { once: true })
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get paused(): boolean {
    return this.#waiting !== null
  }

  pause(): void {
    if (this.#waiting !== null || this.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting = { promise, go: resolve }
  }

  resume(): void {
    this.#waiting?.go()
    this.#waiting = null
  }

  cancel(): void {
    this.#abort.abort()
    this.resume()
  }

  async step(done: number, total: number): Promise<void> {
    this.#onStep(done, total)
    if (this.#waiting !== null) await this.#waiting.promise
    if (this.signal.aborted) throw new HeadlightError('cancelled', 'The export was cancelled.')
  }
}
