/** Collects single requests of one frame into one call: tiles ask for themselves, the main side is asked once. */
export interface Batcher<Value> {
  /** The value of one id; null where the answer has none. Rejects as the whole batch does. */
  load(id: number): Promise<Value | null>
}

interface Waiting<Value> {
  resolve(value: Value | null): void
  reject(error: unknown): void
}

const LARGEST_BATCH = 256

export function createBatcher<Value>(
  fetchMany: (ids: Uint32Array<ArrayBuffer>) => Promise<Map<number, Value>>,
): Batcher<Value> {
  let waiting = new Map<number, Waiting<Value>[]>()

  async function flush(batch: Map<number, Waiting<Value>[]>) {
    try {
      const values = await fetchMany(Uint32Array.from(batch.keys()))
      for (const [id, callers] of batch) for (const { resolve } of callers) resolve(values.get(id) ?? null)
    } catch (error) {
      for (const callers of batch.values()) for (const { reject } of callers) reject(error)
    }
  }

  return {
    load(id) {
      return new Promise((resolve, reject) => {
        if (waiting.size === 0) queueMicrotask(() => setTimeout(sendAll))
        waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }])
        if (waiting.size >= LARGEST_BATCH) sendAll()
      })
    },
  }

  function sendAll() {
    if (waiting.size === 0) return
    const batch = waiting
    waiting = new Map()
    void flush(batch)
  }
}
