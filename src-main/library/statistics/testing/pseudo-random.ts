/** Reproducible values in [0, 1), so that the same groups can be made in another language. */
export function pseudoRandom(seed: number, count: number): Float64Array {
  const values = new Float64Array(count)
  let state = BigInt(seed)
  for (let i = 0; i < count; i++) {
    state = (state * 1103515245n + 12345n) % 2147483648n
    values[i] = Number(state) / 2147483648
  }
  return values
}

/** Values to one decimal, which makes many of them equal. */
export const tenths = (values: Float64Array) => values.map((value) => Math.round(value * 10) / 10)
