import { setImmediate } from 'node:timers/promises'

/** Longest that work keeps its thread before others are answered, in milliseconds. */
const LONGEST_MS = 8

/** Long work in short turns of the event loop, so that a thread's other work goes on beside it and can be cancelled. */
export class ShortTurns {
  #since = performance.now()

  /** Lets others have their turn where this one has been long; called between rows. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.#since < LONGEST_MS) return
    await setImmediate()
    this.#since = performance.now()
  }
}
