/** Two groups compared within strata, so that what tells the strata apart cannot pass for a difference of the groups. */
import { normalTail } from './normal-tail'
import { rankSum, sumOfSquares } from './two-groups'

/** The values of both groups that lie in one stratum. */
export interface Stratum {
  a: Float64Array
  b: Float64Array
}

/** Strata that hold values of both groups; the others say nothing about a difference. */
export function comparable(strata: readonly Stratum[]): Stratum[] {
  return strata.filter(({ a, b }) => a.length > 0 && b.length > 0)
}

/**
 * Two-sided p of van Elteren's test: the rank sums of a within each stratum, each weighted by 1 / (n + 1), over their
 * standard deviation under permutation within strata, ties counted (van Elteren, Bull. Inst. Int. Stat. 37, 1960;
 * Lehmann, Nonparametrics, 1975, section 3.3). Normal approximation without continuity correction, as is usual for
 * it: with a single stratum the Mann-Whitney test without one. NaN without a comparable stratum.
 */
export function vanElterenP(strata: readonly Stratum[]): number {
  const compared = comparable(strata)
  if (compared.length === 0) return NaN
  let excess = 0
  let variance = 0
  for (const { a, b } of compared) {
    const n = a.length + b.length
    const { rankSumA, tieTerm } = rankSum(a, b)
    excess += (rankSumA - (a.length * (n + 1)) / 2) / (n + 1)
    variance += ((a.length * b.length) / 12) * ((n + 1 - tieTerm / (n * (n - 1))) / (n + 1) ** 2)
  }
  if (!(variance > 0)) return 1
  return Math.min(1, 2 * normalTail(Math.abs(excess) / Math.sqrt(variance)))
}

/**
 * Cohen's d within strata: the differences a - b of the strata's means, averaged with weights n_a n_b / n (those of a
 * regression on group and stratum), over the deviation pooled within groups and strata. NaN where that has no degree
 * of freedom, 0 where no stratum has a difference.
 */
export function stratifiedCohenD(strata: readonly Stratum[]): number {
  let weights = 0
  let difference = 0
  let squares = 0
  let freedom = 0
  for (const { a, b } of comparable(strata)) {
    const [ofA, ofB] = [sumOfSquares(a), sumOfSquares(b)]
    const weight = (a.length * b.length) / (a.length + b.length)
    weights += weight
    difference += weight * (ofA.mean - ofB.mean)
    squares += ofA.squares + ofB.squares
    freedom += a.length + b.length - 2
  }
  if (freedom <= 0) return NaN
  return difference === 0 ? 0 : difference / weights / Math.sqrt(squares / freedom)
}
