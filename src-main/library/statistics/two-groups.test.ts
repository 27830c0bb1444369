import { describe, expect, test } from 'vitest'
import { normalTail } from './normal-tail'
import { pseudoRandom, tenths } from './testing/pseudo-random'
import { benjaminiHochberg, cohenD, mannWhitneyP } from './two-groups'

/** p and d were computed with numpy from the definitions; the first p is also the one in scipy's documentation. */
const CASES: [string, Float64Array, Float64Array, number, number][] = [
  [
    'small groups without ties',
    Float64Array.of(19, 22, 16, 29, 24),
    Float64Array.of(20, 11, 17, 12),
    0.11134688653314048,
    1.5021913817381662,
  ],
  [
    'small groups with ties',
    Float64Array.of(1, 2, 2, 3, 3, 3, 4),
    Float64Array.of(2, 3, 4, 4, 5, 5, 6, 6),
    0.025144761173357396,
    -1.4692500786874714,
  ],
  [
    'groups far apart',
    pseudoRandom(1, 400).map((x) => x * 0.5),
    pseudoRandom(2, 300).map((x) => x * 0.5 + 0.2),
    1.978595132899198e-49,
    -1.4160672475406046,
  ],
  ['many ties', tenths(pseudoRandom(3, 150)), tenths(pseudoRandom(4, 90)), 0.2936784006095123, 0.15221492782347754],
]

describe.each(CASES)('%s', (_name, a, b, p, d) => {
  test('Mann-Whitney p', () => {
    expect(mannWhitneyP(a, b) / p).toBeCloseTo(1, 10)
    expect(mannWhitneyP(b, a)).toBe(mannWhitneyP(a, b))
  })
  test("Cohen's d", () => {
    expect(cohenD(a, b)).toBeCloseTo(d, 10)
    expect(cohenD(b, a)).toBe(-cohenD(a, b))
  })
})

test('groups that say nothing', () => {
  const none = new Float64Array()
  const same = Float64Array.of(0.5, 0.5, 0.5)
  expect(mannWhitneyP(none, same)).toBeNaN()
  expect(cohenD(none, same)).toBeNaN()
  expect(cohenD(Float64Array.of(1), Float64Array.of(2))).toBeNaN()
  expect(mannWhitneyP(same, same)).toBe(1)
  expect(cohenD(same, same)).toBe(0)
})

test.each([
  [0, 0.5],
  [0.5, 0.3085375387259869],
  [1.96, 0.024997895148220435],
  [2.4999, 0.006211418374944594],
  [2.5, 0.006209665325776139],
  [5, 2.866515718791946e-7],
  [20, 2.7536241186063314e-89],
  [37, 5.725571222525139e-300],
])('the normal tail beyond %f is %f', (z, tail) => {
  expect(normalTail(z) / tail).toBeCloseTo(1, 12)
  expect(normalTail(-z)).toBeCloseTo(1 - tail, 14)
})

test('Benjamini-Hochberg by hand', () => {
  // Sorted: 0.01, 0.02, 0.03, 0.04, 0.5, times 5 / rank: 0.05, 0.05, 0.05, 0.05, 0.5.
  expect([...benjaminiHochberg([0.04, 0.01, 0.5, 0.03, 0.02])].map((q) => Number(q.toFixed(12)))).toEqual([
    0.05, 0.05, 0.5, 0.05, 0.05,
  ])
  // 0.9 * 2 / 2 is smaller than 0.5 * 2 / 1, and a q never falls as p rises.
  expect([...benjaminiHochberg([0.5, 0.9])]).toEqual([0.9, 0.9])
  expect([...benjaminiHochberg([NaN, 0.01, 0.9])]).toEqual([NaN, 0.02, 0.9])
  expect([...benjaminiHochberg([])]).toEqual([])
})
