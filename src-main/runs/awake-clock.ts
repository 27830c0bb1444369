const TICK_MS = 1000
/** A gap between two readings of the clock that is longer than a busy process explains. */
const ASLEEP_MS = 5 * TICK_MS

/**
 * Milliseconds that this process was awake. Time during which the machine slept or the process was stopped is left out,
 * so that rates and patience are about work. Platforms differ in whether their own clocks go on meanwhile.
 */
export class AwakeClock {
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #last: number
  #slept = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#last = now()
    this.#timer = setInterval(() => this.now(), TICK_MS).unref()
  }

  now(): number {
    const at = this.#now()
    const gap = at - this.#last
    if (gap > ASLEEP_MS) this.#slept += gap
    this.#last = at
    return at - this.#slept
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
