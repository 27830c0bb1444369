import { describe, expect, test } from 'vitest'
import { stratifiedCohenD, type Stratum, vanElterenP } from './stratified'
import { pseudoRandom, tenths } from './testing/pseudo-random'
import { cohenD } from './two-groups'

const none = new Float64Array()
const stratum = (a: Float64Array, b: Float64Array): Stratum => ({ a, b })

/**
 * p from numpy with the deviation of ranks taken over the ranks themselves, d from a least-squares regression on group
 * and stratum; 4,000 permutations within strata gave p 0.007 and 0.511.
 */
const CASES: [string, Stratum[], number, number][] = [
  [
    'strata of unlike sizes without ties',
    [
      stratum(
        pseudoRandom(1, 40).map((x) => x * 0.5),
        pseudoRandom(2, 30).map((x) => x * 0.5 + 0.1),
      ),
      stratum(
        pseudoRandom(3, 7).map((x) => x + 1),
        pseudoRandom(4, 90).map((x) => x + 1.2),
      ),
      stratum(pseudoRandom(5, 60), pseudoRandom(6, 3)),
    ],
    0.00744904502987675,
    -0.426110656954181,
  ],
  [
    'many ties, and a stratum with one group only',
    [
      stratum(tenths(pseudoRandom(7, 25)), tenths(pseudoRandom(8, 40))),
      stratum(tenths(pseudoRandom(9, 12)), none),
      stratum(tenths(pseudoRandom(10, 80)), tenths(pseudoRandom(11, 5).map((x) => x + 0.2))),
      stratum(tenths(pseudoRandom(12, 2)), tenths(pseudoRandom(13, 2))),
    ],
    0.5121951696294347,
    0.16705523372512962,
  ],
]

describe.each(CASES)('%s', (_name, strata, p, d) => {
  const swapped = strata.map(({ a, b }) => ({ a: b, b: a }))
  test("van Elteren's p", () => {
    expect(vanElterenP(strata) / p).toBeCloseTo(1, 10)
    expect(vanElterenP(swapped)).toBe(vanElterenP(strata))
  })
  test('d within strata', () => {
    expect(stratifiedCohenD(strata)).toBeCloseTo(d, 10)
    expect(stratifiedCohenD(swapped)).toBeCloseTo(-d, 12)
  })
})

test("one stratum: scipy's Mann-Whitney without continuity correction, and the plain d", () => {
  const [a, b] = [tenths(pseudoRandom(7, 25)), tenths(pseudoRandom(8, 40))]
  expect(vanElterenP([stratum(a, b)]) / 0.28395255699498456).toBeCloseTo(1, 10)
  expect(stratifiedCohenD([stratum(a, b)])).toBeCloseTo(cohenD(a, b), 12)
})

test('a difference that only the strata make is none', () => {
  // a is mostly in the high stratum, b in the low one; within each the values are the same.
  const [low, high] = [pseudoRandom(1, 30), pseudoRandom(1, 30).map((x) => x + 5)]
  const strata = [stratum(low.slice(0, 10), low), stratum(high, high.slice(0, 10))]
  const whole = cohenD(Float64Array.of(...low.slice(0, 10), ...high), Float64Array.of(...low, ...high.slice(0, 10)))
  expect(whole).toBeGreaterThan(1)
  expect(Math.abs(stratifiedCohenD(strata))).toBeLessThan(0.3)
  expect(vanElterenP(strata)).toBeGreaterThan(0.5)
})

test('strata that say nothing', () => {
  const values = Float64Array.of(0.5, 0.5)
  expect(vanElterenP([])).toBeNaN()
  expect(vanElterenP([stratum(values, none)])).toBeNaN()
  expect(vanElterenP([stratum(values, values)])).toBe(1)
  expect(stratifiedCohenD([stratum(values, none)])).toBeNaN()
  expect(stratifiedCohenD([stratum(Float64Array.of(1), Float64Array.of(2))])).toBeNaN()
  expect(stratifiedCohenD([stratum(values, values)])).toBe(0)
})
