/** Sums of whole numbers in 64 bits, as they are stored: two's complement, little-endian. */

export const BYTES = 8
const WORD = 2 ** 32

export function noIntegers(count: number): Buffer {
  return Buffer.alloc(count * BYTES)
}

/** Adds whole numbers, each exact in a float64, to the sums. Without BigInt, which takes most of a batch's time. */
export function addIntegers(sums: Buffer, added: Float64Array): void {
  const view = new DataView(sums.buffer, sums.byteOffset, sums.byteLength)
  for (let i = 0; i < added.length; i++) {
    const at = i * BYTES
    const low = view.getUint32(at, true) + added[i]!
    const carry = Math.floor(low / WORD)
    view.setUint32(at, low - carry * WORD, true)
    if (carry !== 0) view.setInt32(at + 4, view.getInt32(at + 4, true) + carry, true)
  }
}

/** The sums as float64: exact up to 2^53, beyond that the nearest. */
export function integersOf(sums: Buffer): Float64Array {
  const view = new DataView(sums.buffer, sums.byteOffset, sums.byteLength)
  return Float64Array.from({ length: sums.byteLength / BYTES }, (_, i) => {
    return view.getInt32(i * BYTES + 4, true) * WORD + view.getUint32(i * BYTES, true)
  })
}
