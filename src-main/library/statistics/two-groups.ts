import { normalTail } from './normal-tail'

/**
 * Cohen's d of two groups: the difference of their means, a - b, over the pooled standard deviation
 * sqrt(((n_a - 1) v_a + (n_b - 1) v_b) / (n_a + n_b - 2)). NaN where there are fewer than three values or an empty
 * group, 0 for two groups of one same value.
 */
export function cohenD(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0 || a.length + b.length < 3) return NaN
  const [ofA, ofB] = [sumOfSquares(a), sumOfSquares(b)]
  const pooled = (ofA.squares + ofB.squares) / (a.length + b.length - 2)
  const difference = ofA.mean - ofB.mean
  return difference === 0 ? 0 : difference / Math.sqrt(pooled)
}

/**
 * Two-sided p of the Mann-Whitney U test: normal approximation with tie and continuity correction (Hollander & Wolfe;
 * the numbers of scipy's mannwhitneyu with method 'asymptotic'). NaN for an empty group.
 */
export function mannWhitneyP(a: Float64Array, b: Float64Array): number {
  const n = a.length + b.length
  if (a.length === 0 || b.length === 0) return NaN
  const { rankSumA, tieTerm } = rankSum(a, b)
  const product = a.length * b.length
  const uA = rankSumA - (a.length * (a.length + 1)) / 2
  const u = Math.max(uA, product - uA)
  const deviation = Math.sqrt((product / 12) * (n + 1 - tieTerm / (n * (n - 1))))
  if (!(deviation > 0)) return 1
  return Math.min(1, 2 * normalTail((u - product / 2 - 0.5) / deviation))
}

/**
 * Benjamini-Hochberg: the smallest false discovery rate at which each hypothesis is rejected. NaN stays NaN and counts
 * as no test.
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(p)
  const order = [...values.keys()].filter((i) => !Number.isNaN(values[i]!))
  order.sort((i, j) => values[i]! - values[j]!)
  const q = new Float64Array(values.length).fill(NaN)
  let smallest = 1
  for (let rank = order.length; rank > 0; rank--) {
    const i = order[rank - 1]!
    smallest = Math.min(smallest, (values[i]! * order.length) / rank)
    q[i] = smallest
  }
  return q
}

/** Sum of the mid-ranks of a among both, and the sum of t^3 - t over the tied groups of size t. */
export function rankSum(a: Float64Array, b: Float64Array): { rankSumA: number; tieTerm: number } {
  const x = Float64Array.from(a).sort()
  const y = Float64Array.from(b).sort()
  let i = 0
  let j = 0
  let rankSumA = 0
  let tieTerm = 0
  while (i < x.length || j < y.length) {
    // A side that has no value left takes no part.
    const value = Math.min(x[i] ?? Infinity, y[j] ?? Infinity)
    const fromA = i
    const before = i + j
    while (i < x.length && x[i] === value) i++
    while (j < y.length && y[j] === value) j++
    const tied = i + j - before
    rankSumA += (i - fromA) * (before + (tied + 1) / 2)
    tieTerm += tied ** 3 - tied
  }
  return { rankSumA, tieTerm }
}

/** The mean, and the sum of the squared deviations from it. */
export function sumOfSquares(values: Float64Array): { mean: number; squares: number } {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { mean, squares }
}
