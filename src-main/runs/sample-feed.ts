import type { PendingSample } from '../library/run/api'
import type { Library } from './compute-source'

const CHUNK = 1024

interface PendingSamples {
  runs: Pick<Library['runs'], 'pending'>
}

/** The samples of a run that still have no result, in order, read from the library a chunk at a time. */
export class SampleFeed {
  readonly #library: PendingSamples
  readonly #runId: number
  #waiting: PendingSample[] = []
  #after = -1
  #exhausted = false

  constructor(library: PendingSamples, runId: number) {
    this.#library = library
    this.#runId = runId
  }

  /** The next `count` samples; fewer at the end, none when all were taken. */
  async take(count: number): Promise<PendingSample[]> {
    while (this.#waiting.length < count && !this.#exhausted) {
      const chunk = await this.#library.runs.pending({ runId: this.#runId, after: this.#after, limit: CHUNK })
      this.#after = chunk.at(-1)?.id ?? this.#after
      this.#exhausted = chunk.length < CHUNK
      this.#waiting.push(...chunk)
    }
    return this.#waiting.splice(0, count)
  }

  /** True when nothing is left to take. */
  async isEmpty(): Promise<boolean> {
    const next = await this.take(1)
    this.giveBack(next)
    return next.length === 0
  }

  /** Puts samples back in front: they come next. */
  giveBack(samples: readonly PendingSample[]): void {
    this.#waiting.unshift(...samples)
  }
}
