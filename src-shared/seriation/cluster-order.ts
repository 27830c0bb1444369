/**
 * Orders things so that similar ones stand beside each other: agglomerative clustering with average linkage (UPGMA) by
 * nearest-neighbour chains (Murtagh, Comput. J. 26, 1983), n^2 steps; the leaves of two clusters that merge are turned
 * so that the nearest ends meet (Gruvaeus and Wainer, Br. J. Math. Stat. Psychol. 25, 1972).
 */

/** Indexes 0 to n - 1 in their new order. `distance` is symmetric, `[n, n]`. Ties keep lower indexes first. */
export function clusterOrder(distance: Float32Array, n: number): Uint32Array<ArrayBuffer> {
  if (n === 0) return new Uint32Array()
  const between = Float32Array.from(distance)
  const at = (i: number, j: number) => between[i * n + j]!
  const leaves: (number[] | null)[] = Array.from({ length: n }, (_, i) => [i])
  const chain: number[] = []
  for (let merges = 0; merges < n - 1; merges++) {
    if (chain.length === 0) chain.push(leaves.findIndex((cluster) => cluster !== null))
    for (;;) {
      const top = chain.at(-1)!
      // -1 for a chain of one cluster, which has no cluster before it.
      const before = chain.at(-2) ?? -1
      let nearest = before
      for (let j = 0; j < n; j++) {
        if (j === top || leaves[j] === null) continue
        if (nearest === -1 || at(top, j) < at(top, nearest)) nearest = j
      }
      if (nearest === before) break
      chain.push(nearest)
    }
    const ends = [chain.pop()!, chain.pop()!]
    const [a, b] = [Math.min(...ends), Math.max(...ends)]
    const [inA, inB] = [leaves[a]!, leaves[b]!]
    for (let j = 0; j < n; j++) {
      if (j === a || j === b || leaves[j] === null) continue
      const merged = (at(a, j) * inA.length + at(b, j) * inB.length) / (inA.length + inB.length)
      between[a * n + j] = merged
      between[j * n + a] = merged
    }
    leaves[a] = joined(inA, inB, (i, j) => distance[i * n + j]!)
    leaves[b] = null
  }
  return Uint32Array.from(leaves.find((cluster) => cluster !== null)!)
}

/** Euclidean distances of the rows of `[n, size]`, as `[n, n]`. */
export function rowDistances(rows: Float32Array, n: number): Float32Array {
  const size = n === 0 ? 0 : rows.length / n
  const distance = new Float32Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += (rows[i * size + k]! - rows[j * size + k]!) ** 2
      distance[i * n + j] = distance[j * n + i] = Math.sqrt(sum)
    }
  }
  return distance
}

function joined(a: number[], b: number[], distance: (i: number, j: number) => number): number[] {
  const [firstA, lastA, firstB, lastB] = [a[0]!, a.at(-1)!, b[0]!, b.at(-1)!]
  const ways = [
    { gap: distance(lastA, firstB), order: () => [...a, ...b] },
    { gap: distance(lastA, lastB), order: () => [...a, ...b.toReversed()] },
    { gap: distance(firstA, firstB), order: () => [...a.toReversed(), ...b] },
    { gap: distance(firstA, lastB), order: () => [...b, ...a] },
  ]
  return ways.reduce((best, way) => (way.gap < best.gap ? way : best)).order()
}
