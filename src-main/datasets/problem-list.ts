/** Number of samples of a kind that are named; the rest is counted. */
const NAMED = 3

/** Collects what was passed over: a few by name, the rest counted, one sentence a reason. */
export class ProblemList {
  readonly #named = new Map<string, string[]>()
  readonly #counts = new Map<string, number>()
  readonly #sentences: string[] = []

  /** `reason` follows the names: "a.png, b.png and 7 more are links and were passed over." */
  add(reason: string, name: string): void {
    const names = this.#named.get(reason) ?? []
    if (names.length < NAMED && !names.includes(name)) names.push(name)
    this.#named.set(reason, names)
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
  }

  say(sentence: string): void {
    this.#sentences.push(sentence)
  }

  /** Takes over what another list collected. */
  take(other: ProblemList): void {
    this.#sentences.push(...other.#sentences)
    for (const [reason, count] of other.#counts) {
      const names = this.#named.get(reason) ?? []
      this.#named.set(reason, [...new Set([...names, ...(other.#named.get(reason) ?? [])])].slice(0, NAMED))
      this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count)
    }
  }

  sentences(): string[] {
    const counted = [...this.#counts].map(([reason, count]) => {
      const names = this.#named.get(reason) ?? []
      const more = count > names.length ? ` and ${count - names.length} more` : ''
      return `${names.join(', ')}${more}: ${reason}.`
    })
    return [...this.#sentences, ...counted]
  }
}
