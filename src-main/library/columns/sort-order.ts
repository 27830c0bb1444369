/** The key of samples without a value, which come last in either direction. */
export const NO_KEY = 0xffffffff

const DIGIT_BITS = 11
const DIGITS = 2 ** DIGIT_BITS

/** Indexes in rising order of their keys; equal keys keep the order of their indexes. A radix sort: linear in time. */
export function orderByKeys(keys: Uint32Array): Uint32Array {
  let order = Uint32Array.from(keys.keys())
  let other = new Uint32Array(keys.length)
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const starts = new Uint32Array(DIGITS + 1)
    for (const key of keys) increase(starts, ((key >>> shift) & (DIGITS - 1)) + 1)
    for (let digit = 0; digit < DIGITS; digit += 1) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0)
    for (const index of order) other[increase(starts, ((keys[index] ?? 0) >>> shift) & (DIGITS - 1))] = index
    ;[order, other] = [other, order]
  }
  return order
}

/** Keys that sort the other way round; NO_KEY stays the last. */
export function reversed(keys: Uint32Array): Uint32Array {
  return keys.map((key) => (key === NO_KEY ? NO_KEY : NO_KEY - 1 - key))
}

/** Keys of whole numbers from 0, where -1 stands for no value. */
export function keysOfIntegers(values: Int32Array | Int8Array): Uint32Array {
  return Uint32Array.from(values, (value) => (value < 0 ? NO_KEY : value))
}

/** Keys of numbers from 0 in float32, where NaN stands for no value: their bits rise with them. */
export function keysOfFloats(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return bits.map((key, i) => (Number.isNaN(values[i]) ? NO_KEY : key))
}

/** Adds one, and gives what was there before. */
function increase(counts: Uint32Array, index: number): number {
  const before = counts[index] ?? 0
  counts[index] = before + 1
  return before
}
