/** Calls `emit` with the latest value at most once per `intervalMs`; the first at once, the last of a burst never lost. */
export class Coalesced<Value> {
  readonly #emit: (value: Value) => void
  readonly #intervalMs: number
  #waiting: { value: Value } | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(intervalMs: number, emit: (value: Value) => void) {
    this.#intervalMs = intervalMs
    this.#emit = emit
  }

  push(value: Value): void {
    if (this.#timer) {
      this.#waiting = { value }
      return
    }
    this.#emit(value)
    this.#timer = setTimeout(() => this.#next(), this.#intervalMs).unref()
  }

  /** Emits what waits, now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) this.#emit(waiting.value)
  }

  #next(): void {
    this.#timer = null
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) this.push(waiting.value)
  }
}
