/** Where a task waits: a person's question about one sample goes before the next batch of a run. */
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

  async run<Result>(urgency: Urgency, task: () => Promise<Result>): Promise<Result> {
    await this.#enter(urgency)
    try {
      return await task()
    } finally {
      setImmediate(() => this.#next())
    }
  }

  #enter(urgency: Urgency): Promise<void> {
    if (!this.#busy) {
      this.#busy = true
      return Promise.resolve()
    }
    return new Promise((enter) => this.#waiting.push({ urgency, enter }))
  }

  #next(): void {
    const question = this.#waiting.findIndex((waiting) => waiting.urgency === 'question')
    const [next] = this.#waiting.splice(Math.max(0, question), 1)
    if (next) next.enter()
    else this.#busy = false
  }
}
