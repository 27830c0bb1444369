/** Work that several callers wait for: it is done once, and cancelled when all callers have cancelled. */
export class SharedWork<Result> {
  readonly #start: (signal: AbortSignal) => Promise<Result>
  #underWay: { result: Promise<Result>; stop: AbortController; waiting: number } | null = null

  /** `start` ends with an error when its signal aborts; failures and given-up work are started again when asked for. */
  constructor(start: (signal: AbortSignal) => Promise<Result>) {
    this.#start = start
  }

  async get(signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted()
    const work = (this.#underWay ??= this.#begin())
    work.waiting++
    const leave = () => {
      work.waiting--
      if (work.waiting > 0) return
      if (this.#underWay === work) this.#underWay = null
      work.stop.abort()
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return await work.result
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  #begin() {
    const stop = new AbortController()
    const work = { result: this.#start(stop.signal), stop, waiting: 0 }
    work.result.catch(() => {
      if (this.#underWay === work) this.#underWay = null
    })
    return work
  }
}
