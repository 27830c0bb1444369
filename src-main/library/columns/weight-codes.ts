/**
 * Head weights as 24-bit codes: floor(w * 2^24), the highest code standing for 1. A code is right to 2^-24 and keeps the
 * order of weights. Its upper 16 bits are kept apart from its lower 8: they alone decide most comparisons, and their
 * upper 10 bits are exactly the weight's bin of 1,024.
 */
export const HIGHEST_CODE = 2 ** 24 - 1
/** Bins of a head weight in [0, 1]. */
export const BINS = 1024

const CODES = 2 ** 24
/** A code without so many of its lower bits is its bin. */
const BITS_BELOW_BIN = 14

/** The code of a weight; numbers outside [0, 1] get -1 and 2^24, which no weight has. */
export function codeOf(weight: number): number {
  if (weight < 0) return -1
  if (weight > 1) return CODES
  return Math.min(HIGHEST_CODE, Math.floor(weight * CODES))
}

export function weightOf(code: number): number {
  return code === HIGHEST_CODE ? 1 : code / CODES
}

export function binOf(code: number): number {
  return code >>> BITS_BELOW_BIN
}
