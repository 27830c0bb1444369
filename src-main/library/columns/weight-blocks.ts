import type { Database } from 'better-sqlite3'
import { headWeights } from '../statistics/head-weights'
import { firstHeads } from '../statistics/first-heads'
import { checkBlobs } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import { float32 } from '../typed-blobs'
import type { HeadCounts } from '@headlight/explain/report'
import { BLOCK, slotOf } from './blocks'
import { codeOf } from './weight-codes'

export type Norm = 'l1' | 'l2'

/** In the plane of first heads: the sample has no weights. */
export const NO_WEIGHTS = 255

/** One layer of one block. A block ends with its last sample that has weights: `slots` is at most BLOCK. */
export interface WeightBlock {
  /** The head that ranks first, or NO_WEIGHTS, `[slots]`. */
  first: Uint8Array
  /** Upper 16 bits of the codes, `[heads, slots]`. */
  high: Uint16Array
  /** Lower 8 bits, `[heads, slots]`. */
  low: Uint8Array
}

interface StoredPlanes {
  first: Buffer
  high: Buffer
  low: Buffer
  checksum: number | null
}

interface StoredScores {
  id: number
  l1: Buffer | null
  l2: Buffer | null
  checksum: number | null
}

/**
 * Writes the head weights of a block's results as columns, one row a norm and layer, in place of those that were there.
 * Models with more heads in a layer than a byte can name are served from their rows alone.
 */
export function writeWeightBlock(cache: Database, runId: number, block: number, model: HeadCounts): void {
  const { layers, heads } = model
  if (heads > NO_WEIGHTS) return
  const rows = cache
    .prepare<[number, number, number], StoredScores>(
      `SELECT sample_id AS id, head_l1 AS l1, head_l2 AS l2, head_checksum AS checksum FROM result
       WHERE run_id = ? AND sample_id >= ? AND sample_id < ? ORDER BY sample_id`,
    )
    .all(runId, block * BLOCK, (block + 1) * BLOCK)
  // Otherwise the columns of a damaged row would get a sound checksum.
  for (const { id, l1, l2, checksum } of rows) checkBlobs([l1, l2], checksum, `the head scores of sample ${id}`)
  const write = cache.prepare(
    `INSERT OR REPLACE INTO weight_block (run_id, norm, block, layer, first, high, low, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const norm of ['l1', 'l2'] as const) {
    const last = rows.findLast((row) => row[norm] !== null)
    if (last === undefined) continue
    const slots = slotOf(last.id) + 1
    const planes = Array.from({ length: layers }, (): WeightBlock => {
      const first = new Uint8Array(slots).fill(NO_WEIGHTS)
      return { first, high: new Uint16Array(heads * slots), low: new Uint8Array(heads * slots) }
    })
    for (const row of rows) {
      const scores = row[norm]
      const weights = scores === null ? null : headWeights(float32(scores), model)
      if (weights !== null) fillSlot(planes, slotOf(row.id), weights, heads)
    }
    planes.forEach(({ first, high, low }, layer) => {
      const planes = [first, Buffer.from(high.buffer), low]
      write.run(runId, norm, block, layer, ...planes, rowChecksum(planes))
    })
  }
  cache.prepare(`UPDATE run_block SET weighed = 1 WHERE run_id = ? AND block = ?`).run(runId, block)
}

function fillSlot(planes: WeightBlock[], slot: number, weights: Float64Array, heads: number): void {
  const firsts = firstHeads(weights, heads)
  planes.forEach(({ first, high, low }, layer) => {
    first[slot] = firsts[layer] ?? NO_WEIGHTS
    for (let head = 0; head < heads; head++) {
      const code = codeOf(weights[layer * heads + head]!)
      high[head * first.length + slot] = code >>> 8
      low[head * first.length + slot] = code & 255
    }
  })
}

/** Reads one layer of a block; null where the block has no weights of this norm. */
export function weightBlockReader(cache: Database, runId: number, norm: Norm) {
  const read = cache.prepare<[number, Norm, number, number], StoredPlanes>(
    `SELECT first, high, low, checksum FROM weight_block WHERE run_id = ? AND norm = ? AND block = ? AND layer = ?`,
  )
  return (block: number, layer: number): WeightBlock | null => {
    const row = read.get(runId, norm, block, layer)
    if (row === undefined) return null
    checkBlobs([row.first, row.high, row.low], row.checksum, `a block of head weights of run ${runId}`)
    return { first: row.first, high: shorts(row.high), low: row.low }
  }
}

/** Reads the plane of first heads and the upper bits of one head, `[slots]`. */
export function headColumnReader(cache: Database, runId: number, norm: Norm, layer: number, head: number) {
  const read = cache.prepare<[number, number, Norm, number, number], { first: Buffer; high: Buffer }>(
    `SELECT first, substr(high, 1 + ? * 2 * length(first), 2 * length(first)) AS high FROM weight_block
     WHERE run_id = ? AND norm = ? AND block = ? AND layer = ?`,
  )
  return (block: number): Pick<WeightBlock, 'first' | 'high'> | null => {
    const row = read.get(head, runId, norm, block, layer)
    return row === undefined ? null : { first: row.first, high: shorts(row.high) }
  }
}

/** Blocks whose weights are all in columns. */
export function weighedBlocks(cache: Database, runId: number): Set<number> {
  return new Set(
    cache.prepare<[number], number>(`SELECT block FROM run_block WHERE run_id = ? AND weighed = 1`).pluck().all(runId),
  )
}

function shorts(blob: Buffer): Uint16Array {
  const aligned = blob.byteOffset % 2 === 0 ? blob : Uint8Array.from(blob)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, blob.byteLength / 2)
}
