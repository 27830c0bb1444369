import { createHash } from 'node:crypto'

/** Answers that are kept; a screen asks for one again with every visit. */
const KEPT = 16

/** Summaries by what they were made from, so that none outlives a change of its values. */
export class KeptSummaries {
  readonly #kept = new Map<string, Promise<unknown>>()

  /** @param numbers everything that the summary is made from, beside what `key` says */
  of<Summary>(
    key: unknown,
    numbers: readonly (Float32Array | Float64Array)[],
    make: () => Promise<Summary>,
  ): Promise<Summary> {
    const hash = createHash('sha256').update(JSON.stringify(key))
    for (const { buffer, byteOffset, byteLength } of numbers)
      hash.update(new Uint8Array(buffer, byteOffset, byteLength))
    const name = hash.digest('hex')
    const known = this.#kept.get(name) as Promise<Summary> | undefined
    if (known) return known
    const made = make()
    this.#kept.set(name, made)
    // One that failed is made again.
    made.catch(() => this.#kept.delete(name))
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break
      this.#kept.delete(oldest)
    }
    return made
  }
}
