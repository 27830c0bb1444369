/**
 * The error function in double precision, of which ONNX Runtime's cpu has no kernel. Finite differences need a smooth erf
 * more than a perfect one: this one is off by less than 1e-11 and as smooth as a polynomial.
 */
import type { GraphBuilder } from '../onnx/builder'

const DEGREE = 20

/** erfc(z) e^(z^2) for z >= 0, by series near 0 and by its continued fraction elsewhere. */
function scaledErfc(z: number): number {
  if (z < 2) {
    let term = z
    let sum = z
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
      term *= -(z * z) / n
      sum += term / (2 * n + 1)
    }
    return (1 - (2 / Math.sqrt(Math.PI)) * sum) * Math.exp(z * z)
  }
  let fraction = z
  for (let n = 120; n > 0; n--) fraction = z + n / 2 / fraction
  return 1 / (fraction * Math.sqrt(Math.PI))
}

/**
 * Powers of y = 2t - 1, t = 2 / (2 + z), of the polynomial p with erfc(z) = t exp(p(y) - z^2): interpolated at
 * Chebyshev's nodes, where t covers all z >= 0.
 */
function erfcPolynomial(): number[] {
  const count = DEGREE + 1
  const nodes = Array.from({ length: count }, (_, k) => Math.cos((Math.PI * (k + 0.5)) / count))
  const values = nodes.map((y) => {
    const t = (y + 1) / 2
    return Math.log(scaledErfc(2 / t - 2) / t)
  })
  const chebyshev = Array.from({ length: count }, (_, j) => {
    const sum = values.reduce((total, value, k) => total + value * Math.cos((Math.PI * j * (k + 0.5)) / count), 0)
    return ((j === 0 ? 1 : 2) / count) * sum
  })
  return toPowers(chebyshev)
}

/** Coefficients of Chebyshev polynomials as coefficients of powers. */
function toPowers(chebyshev: number[]): number[] {
  const powers = chebyshev.map(() => 0)
  let before = [1]
  let current = [0, 1]
  chebyshev.forEach((coefficient, degree) => {
    const basis = degree === 0 ? [1] : current
    basis.forEach((value, power) => (powers[power]! += coefficient * value))
    if (degree === 0) return
    const next = [0, ...current.map((value) => 2 * value)]
    before.forEach((value, power) => (next[power]! -= value))
    before = current
    current = next
  })
  return powers
}

const polynomial = erfcPolynomial()

/** erf(x), for a builder of doubles. */
export function doubleErf(g: GraphBuilder, x: string): string {
  const z = g.op('Abs', [x])
  const t = g.div(g.scalar(2), g.add(z, g.scalar(2)))
  const y = g.sub(g.scale(t, 2), g.scalar(1))
  let p = g.scalar(polynomial.at(-1)!)
  for (const coefficient of polynomial.slice(0, -1).reverse()) p = g.add(g.mul(p, y), g.scalar(coefficient))
  const erfc = g.mul(t, g.op('Exp', [g.sub(p, g.mul(z, z))]))
  return g.mul(g.op('Sign', [x]), g.sub(g.scalar(1), erfc))
}

/** The polynomial erf in plain numbers, for its test. */
export function smoothErf(x: number): number {
  const z = Math.abs(x)
  const t = 2 / (2 + z)
  const p = polynomial.reduceRight((sum, coefficient) => sum * (2 * t - 1) + coefficient, 0)
  return Math.sign(x) * (1 - t * Math.exp(p - z * z))
}
