/** One call at a time among many that are wanted: what is in sight first, what nobody wants any more not at all. */

interface Waiting {
  rank: () => number
  begin: () => void
}

export class Turns {
  #waiting: Waiting[] = []
  #busy = false

  /**
   * Runs a task when its turn has come: the lowest rank first, of equal ones the first come. Ranks are asked for when a
   * turn is free. A task whose signal aborts while it waits is never begun; one that has begun watches the signal itself.
   */
  async run<Result>(task: () => Promise<Result>, rank: () => number, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted()
    if (this.#busy) await this.#turn(rank, signal)
    this.#busy = true
    try {
      return await task()
    } finally {
      this.#next()
    }
  }

  #turn(rank: () => number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(signal.reason as Error)
      }
      const begin = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const waiting = { rank, begin }
      this.#waiting.push(waiting)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  #next(): void {
    const ranks = this.#waiting.map(({ rank }) => rank())
    const first = ranks.indexOf(Math.min(...ranks))
    const [next] = first < 0 ? [] : this.#waiting.splice(first, 1)
    if (next) next.begin()
    else this.#busy = false
  }
}
