/** Heads are removed one after the other, those first that a criterion ranks lowest. */

/** Heads by a criterion, the lowest first; of equal ones the lower index. */
export function ascending(values: Float64Array): number[] {
  return [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b)
}

/** Heads in a random order. */
export function shuffled(heads: number, random: () => number): number[] {
  const order = Array.from({ length: heads }, (_, head) => head)
  for (let at = heads - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[order[at], order[other]] = [order[other]!, order[at]!]
  }
  return order
}

/** Area under a curve over the share of heads removed, by trapezoids. */
export function areaUnder(curve: readonly number[]): number {
  return curve.slice(1).reduce((sum, value, at) => sum + (value + curve[at]!) / 2 / (curve.length - 1), 0)
}
