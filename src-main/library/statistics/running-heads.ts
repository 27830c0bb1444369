import type { Database } from 'better-sqlite3'
import type { HeadStatistics } from '@shared/api'
import { float64, toBlob } from '../typed-blobs'
import { HeadAccumulator, type PackedHeads } from './head-accumulator'

export type Norm = HeadStatistics['norm']
export type Grouping = 'all' | 'class' | 'prediction' | 'correct'

interface StoredHeads {
  key: number
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

/** Collects the head weights of a batch by group, and adds them to the stored running statistics. */
export class RunningHeads {
  private readonly groups = new Map<string, { norm: Norm; grouping: Grouping; key: number; heads: HeadAccumulator }>()

  constructor(
    private readonly layers: number,
    private readonly headCount: number,
  ) {}

  add(norm: Norm, keys: GroupKeys, weights: Float64Array): void {
    for (const grouping of ['all', 'class', 'prediction', 'correct'] as const) {
      const key = keys[grouping]
      if (key === null) continue
      const name = `${norm} ${grouping} ${key}`
      let group = this.groups.get(name)
      if (group === undefined) {
        group = { norm, grouping, key, heads: new HeadAccumulator(this.layers, this.headCount) }
        this.groups.set(name, group)
      }
      group.heads.add(weights)
    }
  }

  /** Call inside the transaction that writes the samples' results. */
  write(cache: Database, runId: number): void {
    const read = cache.prepare<[number, Norm, Grouping, number], StoredHeads>(
      `SELECT * FROM head_statistics WHERE run_id = ? AND norm = ? AND grouping = ? AND key = ?`,
    )
    const write = cache.prepare(
      `INSERT OR REPLACE INTO head_statistics
         (run_id, norm, grouping, key, count, sums, squares, firsts, histogram) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    for (const { norm, grouping, key, heads } of this.groups.values()) {
      const stored = read.get(runId, norm, grouping, key)
      if (stored !== undefined) heads.merge(toPacked(stored))
      const { count, sums, squares, firsts, histogram } = heads.pack()
      write.run(runId, norm, grouping, key, count, toBlob(sums), toBlob(squares), toBlob(firsts), histogram)
    }
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
  const read = cache.prepare<[number, Norm, Grouping, number], StoredHeads>(
    `SELECT * FROM head_statistics WHERE run_id = ? AND norm = ? AND grouping = ? AND key = ?`,
  )
  for (const key of keys) {
    const stored = read.get(runId, norm, grouping, key)
    if (stored !== undefined) yield { key, packed: toPacked(stored) }
  }
}

function toPacked(stored: StoredHeads): PackedHeads {
  return {
    count: stored.count,
    sums: float64(stored.sums),
    squares: float64(stored.squares),
    firsts: float64(stored.firsts),
    histogram: stored.histogram,
  }
}
