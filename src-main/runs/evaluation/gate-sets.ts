/** Sets of heads that are switched off together, each asked for once. */

/** `[sets, size]`, 1 for a head as it is, 0 for the heads of a set. */
export function gatesOf(sets: readonly (readonly number[])[], size: number): Uint8Array {
  const gates = new Uint8Array(sets.length * size).fill(1)
  sets.forEach((set, at) => set.forEach((index) => (gates[at * size + index] = 0)))
  return gates
}

/** The different sets along orders of removal: many orders end, or begin, alike. */
export class GateSets {
  /** `[sets, size]` */
  readonly gates: Uint8Array
  readonly #setOf = new Map<string, number>()
  readonly #heads: number

  /**
   * @param orders heads in the order of their removal
   * @param indexes where each head stands in a set of gates
   * @param size gates of a set
   */
  constructor(orders: readonly (readonly number[])[], indexes: readonly number[], size: number) {
    this.#heads = indexes.length
    const sets: number[][] = []
    for (const order of orders) {
      this.#names(order).forEach((name, k) => {
        if (this.#setOf.has(name)) return
        this.#setOf.set(name, sets.length)
        sets.push(order.slice(0, k + 1).map((head) => indexes[head]!))
      })
    }
    this.gates = gatesOf(sets, size)
  }

  /** What an order goes through, `[n, heads]`, of values of all sets, `[n, sets]`. */
  along(order: readonly number[], values: ArrayLike<number>, n: number): Float32Array {
    const sets = this.#names(order).map((name) => this.#setOf.get(name)!)
    return Float32Array.from({ length: n * sets.length }, (_, at) => {
      const sample = Math.floor(at / sets.length)
      return values[sample * this.#setOf.size + sets[at % sets.length]!]!
    })
  }

  #names(order: readonly number[]): string[] {
    const removed = new Uint8Array(this.#heads)
    return order.map((head) => {
      removed[head] = 1
      return removed.join('')
    })
  }
}

/** `[n, parts, size]` of parts `[n, size]`. */
export function interleaved(parts: readonly ArrayLike<number>[], n: number): Float32Array {
  const size = n === 0 ? 0 : parts[0]!.length / n
  return Float32Array.from({ length: n * parts.length * size }, (_, at) => {
    const [sample, rest] = [Math.floor(at / (parts.length * size)), at % (parts.length * size)]
    return parts[Math.floor(rest / size)]![sample * size + (rest % size)]!
  })
}
