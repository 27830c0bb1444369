/**
 * P(Z > z) of a standard normal, to about 1e-14 relative in both tails: the power series of the distribution near 0,
 * the continued fraction of the tail beyond (Abramowitz & Stegun 26.2.11 and 26.2.14).
 */
export function normalTail(z: number): number {
  if (Number.isNaN(z)) return NaN
  if (z < 0) return 1 - normalTail(-z)
  if (z > 40) return 0
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  return z < 2.5 ? 0.5 - density * series(z) : density * fraction(z)
}

/** z + z^3/3 + z^5/15 + ... */
function series(z: number): number {
  let term = z
  let sum = z
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k
    sum += term
  }
  return sum
}

/** 1 / (z + 1 / (z + 2 / (z + 3 / ...))), from the inside out. */
function fraction(z: number): number {
  let value = z
  for (let k = 200; k > 0; k--) value = z + k / value
  return 1 / value
}
