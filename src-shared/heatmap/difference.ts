/** Maps of different methods have different scales, so each patch's share of its map is compared. */

/** Each value divided by the sum of all; zeros where the sum is zero. */
export function shares(values: Float32Array): Float32Array {
  const sum = values.reduce((total, value) => total + value, 0)
  return sum === 0 ? values.map(() => 0) : values.map((value) => value / sum)
}

/** Share in `a` minus share in `b`, patch by patch; it sums to zero. Both are `[patches]`. */
export function shareDifference(a: Float32Array, b: Float32Array): Float32Array {
  const [ofA, ofB] = [shares(a), shares(b)]
  return ofA.map((value, i) => value - ofB[i]!)
}
