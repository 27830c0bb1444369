/** What happens to samples whose batch was lost. */
export type Verdict =
  /** Compute them again, in smaller batches. */
  | 'retry'
  /** This one sample ends the process every time: record an error for it and go on. */
  | 'drop'
  /** No batch succeeds any more: the run has failed. */
  | 'give-up'

const STRIKES = 2
const SPARE_TRIES = 5

/**
 * Size and number of batches in progress, adapted to losses. After a crash the cause is found by bisection:
 * the lost samples are suspects and go one small batch at a time until each has come through or has been singled out.
 * Smaller batches that come through are kept to (memory was the cause); a singled-out sample restores the size.
 */
export class BatchPolicy {
  #size: number
  #sizeBefore: number
  readonly #suspects = new Set<number>()
  readonly #strikes = new Map<number, number>()
  readonly #maxFruitless: number
  #fruitless = 0
  #singledOut = false

  constructor(size: number) {
    this.#size = size
    this.#sizeBefore = size
    this.#maxFruitless = Math.ceil(Math.log2(size)) + SPARE_TRIES
  }

  /** Samples in the next batch. */
  get size(): number {
    return this.#size
  }

  /** Batches to keep in progress: two, so that decoding overlaps inference; one while a cause is looked for. */
  get underWay(): number {
    return this.#suspects.size > 0 ? 1 : 2
  }

  /** Losses since the last result. */
  get fruitless(): number {
    return this.#fruitless
  }

  /** These samples were under way when the process died or ran out of memory; none when it died while preparing. */
  lost(ids: readonly number[]): Verdict {
    if (++this.#fruitless > this.#maxFruitless) return 'give-up'
    if (this.#suspects.size === 0) this.#sizeBefore = this.#size
    for (const id of ids) this.#suspects.add(id)
    if (ids.length > 0) this.#size = Math.max(1, Math.floor(Math.min(this.#size, ids.length) / 2))
    const [only] = ids
    if (ids.length !== 1 || only === undefined) return 'retry'
    const strikes = (this.#strikes.get(only) ?? 0) + 1
    this.#strikes.set(only, strikes)
    if (strikes < STRIKES) return 'retry'
    this.#singledOut = true
    this.#cleared([only])
    return 'drop'
  }

  /** These samples came through. */
  succeeded(ids: Iterable<number>): void {
    this.#fruitless = 0
    this.#cleared(ids)
  }

  #cleared(ids: Iterable<number>): void {
    for (const id of ids) this.#suspects.delete(id)
    if (this.#suspects.size > 0 || !this.#singledOut) return
    this.#size = this.#sizeBefore
    this.#singledOut = false
  }
}
