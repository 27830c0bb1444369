/** Bins of a head weight in [0, 1]. */
export const BINS = 1024

export function binOf(weight: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(weight * BINS)))
}

/**
 * Counts, most of which are 0, packed as pairs of (zeros skipped, count) in base-128 varints. The histograms of a class
 * of a few hundred samples take some 30 KB instead of 600 KB, which keeps a transaction that touches many classes small.
 */
export type PackedCounts = Uint8Array

/** The packed counts after one more of each of these indices, which come in rising order and may repeat. */
export function addToPacked(packed: PackedCounts, rising: Uint32Array): PackedCounts {
  const writer = new CountWriter(packed.length + rising.length)
  let next = 0
  const takeAdded = (until: number) => {
    while (next < rising.length && (rising[next] ?? 0) < until) {
      const index = rising[next] ?? 0
      const first = next
      while (rising[next] === index) next += 1
      writer.push(index, next - first)
    }
  }
  eachCount(packed, (index, count) => {
    takeAdded(index)
    const first = next
    while (rising[next] === index) next += 1
    writer.push(index, count + next - first)
  })
  takeAdded(Infinity)
  return writer.finish()
}

/** Visits the counts that are not 0, in order. */
export function eachCount(packed: PackedCounts, visit: (index: number, count: number) => void): void {
  let at = 0
  let index = -1
  const varint = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = packed[at] ?? 0
      at += 1
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < packed.length) {
    index += varint() + 1
    visit(index, varint())
  }
}

/** Bytes of the longest pair: each half of an integer below 2^35. */
const LONGEST_PAIR = 10

class CountWriter {
  private bytes: Uint8Array
  private length = 0
  private previous = -1

  constructor(expectedBytes: number) {
    this.bytes = new Uint8Array(expectedBytes + LONGEST_PAIR)
  }

  push(index: number, count: number): void {
    if (this.length + LONGEST_PAIR > this.bytes.length) {
      const longer = new Uint8Array(this.bytes.length * 2)
      longer.set(this.bytes)
      this.bytes = longer
    }
    this.varint(index - this.previous - 1)
    this.varint(count)
    this.previous = index
  }

  finish(): PackedCounts {
    return this.bytes.slice(0, this.length)
  }

  private varint(value: number): void {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest % 128) | 128
    this.bytes[this.length++] = rest
  }
}
