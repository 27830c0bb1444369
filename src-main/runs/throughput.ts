const WINDOW_MS = 10_000

/** Images a second over the last ten seconds, so that a pause or a slow start does not weigh on it for long. */
export class Throughput {
  readonly #now: () => number
  #marks: { at: number; count: number }[]

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#marks = [{ at: now(), count: 0 }]
  }

  /** `count` more images are done. */
  add(count: number): void {
    const at = this.#now()
    this.#marks.push({ at, count })
    // The newest mark outside the window stays: it is where the window begins.
    while (this.#marks.length > 2 && (this.#marks[1]?.at ?? at) < at - WINDOW_MS) this.#marks.shift()
  }

  /** 0 before the first images are done. */
  perSecond(): number {
    const first = this.#marks[0]
    const last = this.#marks.at(-1)
    if (!first || !last || last.at <= first.at) return 0
    const images = this.#marks.slice(1).reduce((sum, { count }) => sum + count, 0)
    return (images * 1000) / (last.at - first.at)
  }

  /** Forgets what was before: after a pause or a restart. */
  restart(): void {
    this.#marks = [{ at: this.#now(), count: 0 }]
  }
}
