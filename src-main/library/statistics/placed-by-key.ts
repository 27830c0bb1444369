/** Where each of some samples stands when they are placed key by key, in order of keys, else in their own order. */
export function placedByKey(keys: Int32Array): {
  places: Uint32Array
  /** The places of each key, in order. */
  starts: { key: number; start: number; end: number }[]
} {
  const counts = new Map<number, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  const starts: { key: number; start: number; end: number }[] = []
  const next = new Map<number, number>()
  let start = 0
  for (const [key, count] of [...counts].sort(([a], [b]) => a - b)) {
    starts.push({ key, start, end: start + count })
    next.set(key, start)
    start += count
  }
  const places = Uint32Array.from(keys, (key) => {
    const place = next.get(key) ?? 0
    next.set(key, place + 1)
    return place
  })
  return { places, starts }
}
