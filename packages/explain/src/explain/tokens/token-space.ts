/** Tokens of a picture by number, and what tokens that were made of others are made of. */

/** The label of a place that was padded: it stands for no token. */
export const PADDING = -1

/** The label of a token that no pixel makes, as a class token; `own` counts them. */
export const ownLabel = (own: number) => -2 - own
export const ownOf = (label: number) => -2 - label

/** The tokens of one stage, numbered from 0: pixels, or equal shares of the tokens of another space. */
export interface TokenSpace {
  size: number
  /** Null for pixels. */
  parent: TokenSpace | null
  /** Token t is made of the parent's `labels[starts[t]..starts[t + 1]]`, with these shares, which sum to 1. */
  starts: Int32Array
  labels: Int32Array
  shares: Float64Array
}

/** What each token of a space is made of, `[size]`: labels of another space with their shares. */
export type Composition = ReadonlyMap<number, number>[]

/** All spaces of a graph. What is made of the same tokens with the same shares is the same space. */
export class TokenSpaces {
  readonly pixels: TokenSpace
  readonly #made = new Map<TokenSpace, Map<string, TokenSpace>>()
  readonly #compositions = new Map<TokenSpace, Map<TokenSpace, Composition>>()

  constructor(pixels: number) {
    this.pixels = {
      size: pixels,
      parent: null,
      starts: new Int32Array(0),
      labels: new Int32Array(0),
      shares: new Float64Array(0),
    }
  }

  /**
   * Labels for places that each read some labels of `parent` (`reads[place]`, with repetition): a space of their own, or `parent`
   * where each reads one token. Places that read the same in the same proportions are one token; padding has no share.
   */
  mix(parent: TokenSpace, reads: readonly ArrayLike<number>[]): { space: TokenSpace; labels: Int32Array } {
    const rows = reads.map(counted)
    const single = Int32Array.from(rows, (row) => (row.length === 1 ? row[0]![0] : PADDING))
    if (rows.every((row) => row.length < 2)) return { space: parent, labels: single }
    // A class token stays itself beside tokens that are computed.
    const isOwn = (row: [number, number][]) => row.length === 0 || (row.length === 1 && row[0]![0] < 0)
    const keys = rows.map((row) => (isOwn(row) ? '' : row.join(';')))
    const byKey = new Map(keys.map((key, at) => [key, rows[at]!]))
    byKey.delete('')
    // The same tokens in another order are the same space.
    const names = [...byKey.keys()].sort()
    const numbers = new Map(names.map((key, number) => [key, number]))
    const labels = Int32Array.from(keys, (key, at) => numbers.get(key) ?? single[at]!)
    const made = names.map((key) => byKey.get(key)!)
    return { space: this.#spaceOf(parent, made, names.join('|')), labels }
  }

  #spaceOf(parent: TokenSpace, rows: [number, number][][], key: string): TokenSpace {
    if (!this.#made.has(parent)) this.#made.set(parent, new Map())
    const made = this.#made.get(parent)!
    const known = made.get(key)
    if (known) return known
    const starts = new Int32Array(rows.length + 1)
    rows.forEach((row, at) => (starts[at + 1] = starts[at]! + row.length))
    const space: TokenSpace = {
      size: rows.length,
      parent,
      starts,
      labels: Int32Array.from(rows.flatMap((row) => row.map(([label]) => label))),
      shares: Float64Array.from(
        rows.flatMap((row) => {
          const total = row.reduce((sum, [, count]) => sum + count, 0)
          return row.map(([, count]) => count / total)
        }),
      ),
    }
    made.set(key, space)
    return space
  }

  /** What each token of `space` is made of in `ancestor`; null where it is not made of its tokens. */
  composition(space: TokenSpace, ancestor: TokenSpace): Composition | null {
    if (!descends(space, ancestor)) return null
    if (!this.#compositions.has(space)) this.#compositions.set(space, new Map())
    const known = this.#compositions.get(space)!
    if (!known.has(ancestor)) known.set(ancestor, this.#compose(space, ancestor))
    return known.get(ancestor)!
  }

  #compose(space: TokenSpace, ancestor: TokenSpace): Composition {
    if (space === ancestor) return Array.from({ length: space.size }, (_, token) => new Map([[token, 1]]))
    const above = space.parent === ancestor ? null : this.composition(space.parent!, ancestor)!
    return Array.from({ length: space.size }, (_, token) => {
      const made = new Map<number, number>()
      for (let at = space.starts[token]!; at < space.starts[token + 1]!; at++) {
        const [label, share] = [space.labels[at]!, space.shares[at]!]
        const parts = label < 0 || !above ? [[label, 1] as const] : above[label]!
        for (const [part, own] of parts) made.set(part, (made.get(part) ?? 0) + share * own)
      }
      return made
    })
  }
}

/** Whether a space is `ancestor`, or made of its tokens. */
export function descends(space: TokenSpace, ancestor: TokenSpace): boolean {
  for (let at: TokenSpace | null = space; at; at = at.parent) if (at === ancestor) return true
  return false
}

/** The nearest space that all are made of. */
export function commonAncestor([first, ...others]: readonly TokenSpace[]): TokenSpace {
  for (let at: TokenSpace | null = first!; at; at = at.parent) {
    const ancestor = at
    if (others.every((space) => descends(space, ancestor))) return ancestor
  }
  throw new Error('Spaces of different pictures.')
}

/** Labels that are no padding with how often each is there, smallest label first, in lowest terms. */
function counted(labels: ArrayLike<number>): [number, number][] {
  const counts = new Map<number, number>()
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]!
    if (label !== PADDING) counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  const rows = [...counts].sort(([a], [b]) => a - b)
  const divisor = rows.reduce((common, [, count]) => greatestDivisor(common, count), 0)
  return divisor > 1 ? rows.map(([label, count]) => [label, count / divisor]) : rows
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
