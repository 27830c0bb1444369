/** Bins of a head weight in [0, 1]. */
export const BINS = 1024

export function binOf(weight: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(weight * BINS)))
}

/**
 * The quantile q of a histogram over [0, 1] of which `bins` holds the counts: linear inside the bin where the
 * cumulated count passes q of the total. NaN for an empty histogram.
 */
export function quantileOf(bins: Uint32Array, q: number): number {
  let total = 0
  for (const count of bins) total += count
  if (total === 0) return NaN
  const wanted = q * total
  let below = 0
  for (let bin = 0; bin < bins.length; bin += 1) {
    const count = bins[bin] ?? 0
    if (count > 0 && below + count >= wanted) return (bin + (wanted - below) / count) / bins.length
    below += count
  }
  return 1
}

/**
 * Packs counts, most of which are 0, as pairs of (zeros skipped, count) in base-128 varints. A class of a few hundred
 * samples takes some 30 KB instead of 600 KB, which keeps a transaction that touches many classes small.
 */
export function packCounts(counts: Uint32Array): Buffer {
  const bytes: number[] = []
  let previous = -1
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] ?? 0
    if (count === 0) continue
    pushVarint(bytes, i - previous - 1)
    pushVarint(bytes, count)
    previous = i
  }
  return Buffer.from(bytes)
}

/** Adds packed counts to `counts`. */
export function unpackCounts(packed: Uint8Array, counts: Uint32Array): void {
  let at = 0
  let index = -1
  const next = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = packed[at] ?? 0
      at += 1
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < packed.length) {
    index += next() + 1
    counts[index] = (counts[index] ?? 0) + next()
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}
