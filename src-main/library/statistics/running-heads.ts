import type { Database } from 'better-sqlite3'
import type { HeadStatistics } from '@shared/api'
import { float64, toBlob } from '../typed-blobs'
import { HeadAccumulator } from './head-accumulator'
import type { PackedHeads } from './head-sums'

export type Norm = HeadStatistics['norm']
export type Grouping = 'all' | 'class' | 'prediction' | 'correct'

interface StoredHeads {
  count: number
  sums: Buffer
  squares: Buffer
  firsts: Buffer
  histogram: Buffer
}

/** Which groups a sample counts in: the key of each grouping, null where it belongs to none. */
export interface GroupKeys {
  all: number
  class: number | null
  prediction: number
  correct: number | null
}

/** Adds the head weights of a batch to the stored running statistics of the groups that its samples count in. */
export class RunningHeads {
  private readonly groups = new Map<string, { norm: Norm; grouping: Grouping; key: number; heads: HeadAccumulator }>()
  private readonly read

  constructor(
    private readonly cache: Database,
    private readonly runId: number,
    private readonly layers: number,
    private readonly heads: number,
  ) {
    this.read = groupReader(cache)
  }

  /** Adds one sample's weights `[layers, heads]`. */
  add(norm: Norm, keys: GroupKeys, weights: Float64Array): void {
    for (const grouping of ['all', 'class', 'prediction', 'correct'] as const) {
      const key = keys[grouping]
      if (key !== null) this.group(norm, grouping, key).add(weights)
    }
  }

  /** Call inside the transaction that writes the samples' results, in which they were also added. */
  write(): void {
    const write = this.cache.prepare(
      `INSERT OR REPLACE INTO head_statistics
         (run_id, norm, grouping, key, count, sums, squares, firsts, histogram) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    for (const { norm, grouping, key, heads } of this.groups.values()) {
      const { count, sums, squares, firsts, histogram } = heads.pack()
      write.run(this.runId, norm, grouping, key, count, ...[sums, squares, firsts].map(toBlob), histogram)
    }
  }

  private group(norm: Norm, grouping: Grouping, key: number): HeadAccumulator {
    const name = `${norm} ${grouping} ${key}`
    const known = this.groups.get(name)
    if (known !== undefined) return known.heads
    const stored = this.read(this.runId, norm, grouping, key)
    const heads = new HeadAccumulator(this.layers, this.heads, stored)
    this.groups.set(name, { norm, grouping, key, heads })
    return heads
  }
}

/** The stored statistics of every group of a grouping, by key. */
export function* readRunningHeads(
  cache: Database,
  runId: number,
  norm: Norm,
  grouping: Grouping,
): Generator<{ key: number; packed: PackedHeads }> {
  const keys = cache
    .prepare<[number, Norm, Grouping], number>(
      `SELECT key FROM head_statistics WHERE run_id = ? AND norm = ? AND grouping = ? ORDER BY key`,
    )
    .pluck()
    .all(runId, norm, grouping)
  const read = groupReader(cache)
  for (const key of keys) {
    const packed = read(runId, norm, grouping, key)
    if (packed !== null) yield { key, packed }
  }
}

function groupReader(cache: Database) {
  const read = cache.prepare<[number, Norm, Grouping, number], StoredHeads>(
    `SELECT count, sums, squares, firsts, histogram FROM head_statistics
     WHERE run_id = ? AND norm = ? AND grouping = ? AND key = ?`,
  )
  return (runId: number, norm: Norm, grouping: Grouping, key: number): PackedHeads | null => {
    const stored = read.get(runId, norm, grouping, key)
    if (stored === undefined) return null
    const { count, sums, squares, firsts, histogram } = stored
    return { count, sums: float64(sums), squares: float64(squares), firsts: float64(firsts), histogram }
  }
}
