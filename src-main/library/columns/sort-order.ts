/** The key of samples without a value, which come last in either direction. */
export const NO_KEY = 0xffffffff

const DIGIT_BITS = 11
const DIGITS = 2 ** DIGIT_BITS

/**
 * Indexes in rising order of their keys; equal keys keep the order of their indexes. A radix sort, linear in time; digits
 * in which all keys agree are passed over. Plain loops: over a million keys, callbacks and iterators take most of the time.
 */
export function orderByKeys(keys: Uint32Array): Uint32Array {
  const n = keys.length
  let order = new Uint32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  let sorted = keys
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const starts = new Uint32Array(DIGITS + 1)
    for (let i = 0; i < n; i++) {
      const digit = ((sorted[i]! >>> shift) & (DIGITS - 1)) + 1
      starts[digit]!++
    }
    if (starts.includes(n)) continue
    for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1]! += starts[digit]!
    // Keys move along with their indexes, so that both are read in order.
    const [nextOrder, nextSorted] = [new Uint32Array(n), new Uint32Array(n)]
    for (let i = 0; i < n; i++) {
      const key = sorted[i]!
      const digit = (key >>> shift) & (DIGITS - 1)
      const place = starts[digit]!
      starts[digit] = place + 1
      nextOrder[place] = order[i]!
      nextSorted[place] = key
    }
    ;[order, sorted] = [nextOrder, nextSorted]
  }
  return order
}

/** Keys that sort the other way round; NO_KEY stays the last. */
export function reversed(keys: Uint32Array): Uint32Array {
  const other = new Uint32Array(keys.length)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? NO_KEY
    other[i] = key === NO_KEY ? NO_KEY : NO_KEY - 1 - key
  }
  return other
}

/** Keys of whole numbers from 0, where -1 stands for no value. */
export function keysOfIntegers(values: Int32Array | Int8Array): Uint32Array {
  const keys = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    keys[i] = value < 0 ? NO_KEY : value
  }
  return keys
}

/**
 * Keys of numbers in float32, where NaN stands for no value. Bits rise with numbers from 0 and fall with those below, which
 * are turned round and come first.
 */
export function keysOfFloats(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const keys = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const own = bits[i]!
    keys[i] = Number.isNaN(values[i]) ? NO_KEY : own >>> 31 === 1 ? ~own : own | 0x80000000
  }
  return keys
}
