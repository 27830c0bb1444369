import { HeadlightError } from '@shared/errors'

/** The priority of a task: a question about one sample goes before the next batch of a run. */
export type Urgency = 'question' | 'batch'

interface Waiting {
  urgency: Urgency
  enter(): void
}

/**
 * Lets one task use the inference runtime at a time. Questions go first; within an urgency it is first come, first
 * served. Between two tasks the event loop turns once, so that a question that arrived meanwhile is seen.
 */
export class InferenceLane {
  readonly #waiting: Waiting[] = []
  #busy = false

  /** A task whose signal aborts while it waits is never begun; one that has begun watches the signal itself. */
  async run<Result>(urgency: Urgency, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    await this.#enter(urgency, signal)
    try {
      return await task()
    } finally {
      setImmediate(() => this.#next())
    }
  }

  #enter(urgency: Urgency, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(cancelled())
    if (!this.#busy) {
      this.#busy = true
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(cancelled())
      }
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const waiting = { urgency, enter }
      this.#waiting.push(waiting)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #next(): void {
    const question = this.#waiting.findIndex((waiting) => waiting.urgency === 'question')
    const [next] = this.#waiting.splice(Math.max(0, question), 1)
    if (next) next.enter()
    else this.#busy = false
  }
}

function cancelled(): HeadlightError {
  return new HeadlightError('cancelled', 'Cancelled.')
}
