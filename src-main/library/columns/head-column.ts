import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import type { Comparison } from '@shared/filter'
import { headWeights } from '../statistics/head-weights'
import { checkBlobs } from '../stored/result-checksums'
import { float32 } from '../typed-blobs'
import { BLOCK, blockOf } from './blocks'
import type { RunColumns } from './run-columns'
import { NO_KEY } from './sort-order'
import { headColumnReader, type Norm, NO_WEIGHTS, weighedBlocks, weightBlockReader } from './weight-blocks'
import { codeOf } from './weight-codes'

export interface HeadIndex {
  layer: number
  head: number
}

const PASSES: Record<Comparison, (weight: number, value: number) => boolean> = {
  '<': (weight, value) => weight < value,
  '<=': (weight, value) => weight <= value,
  '>': (weight, value) => weight > value,
  '>=': (weight, value) => weight >= value,
  '=': (weight, value) => weight === value,
}

/**
 * The samples whose weight of a head compares so with a value, as 1 and 0 by index. Exactly what the stored scores
 * give: the upper bits of a code decide unless they are those of the value, and then the sample's row is read.
 */
export function compareHead(
  cache: Database,
  run: RunInfo,
  columns: RunColumns,
  wanted: HeadIndex & { comparison: Comparison; value: number },
  stop: () => void,
): Uint8Array {
  const passes = PASSES[wanted.comparison]
  const above = Number(wanted.comparison.startsWith('>'))
  const below = Number(wanted.comparison.startsWith('<'))
  const limit = codeOf(wanted.value) >> 8
  const mask = new Uint8Array(columns.ids.length)
  const rows = exactReader(cache, run, wanted)
  const decideByRow = (id: number, index: number) => {
    const weight = rows.one(id)
    mask[index] = Number(weight !== null && passes(weight, wanted.value))
  }
  const norm = normOf(cache, run.id)
  const read = headColumnReader(cache, run.id, norm, wanted.layer, wanted.head)
  const weighed = weighedBlocks(cache, run.id)
  for (const block of blocksOf(columns)) {
    stop()
    const column = weighed.has(block) ? read(block) : null
    if (column === null) {
      for (const { id, weight } of rows.ofBlock(block)) {
        const index = columns.indexOf(id)
        if (index >= 0) mask[index] = Number(weight !== null && passes(weight, wanted.value))
      }
      continue
    }
    for (let slot = 0; slot < column.first.length; slot++) {
      if (column.first[slot] === NO_WEIGHTS) continue
      const id = block * BLOCK + slot
      const index = columns.indexOf(id)
      if (index < 0) continue
      const code = column.high[slot]!
      if (code === limit) decideByRow(id, index)
      else mask[index] = code > limit ? above : below
    }
  }
  return mask
}

/** Sort keys by a head's weight, right to 2^-24; NO_KEY without weights. */
export function keysOfHead(
  cache: Database,
  run: RunInfo,
  columns: RunColumns,
  wanted: HeadIndex,
  stop: () => void,
): Uint32Array {
  const keys = new Uint32Array(columns.ids.length).fill(NO_KEY)
  const rows = exactReader(cache, run, wanted)
  const read = weightBlockReader(cache, run.id, normOf(cache, run.id))
  const weighed = weighedBlocks(cache, run.id)
  for (const block of blocksOf(columns)) {
    stop()
    const column = weighed.has(block) ? read(block, wanted.layer) : null
    if (column === null) {
      for (const { id, weight } of rows.ofBlock(block)) {
        const index = columns.indexOf(id)
        if (index >= 0 && weight !== null) keys[index] = codeOf(weight)
      }
      continue
    }
    const slots = column.first.length
    const from = wanted.head * slots
    for (let slot = 0; slot < slots; slot++) {
      const index = column.first[slot] === NO_WEIGHTS ? -1 : columns.indexOf(block * BLOCK + slot)
      if (index >= 0) keys[index] = (column.high[from + slot]! << 8) | column.low[from + slot]!
    }
  }
  return keys
}

/** Filters and sorts speak of L1 weights, and of L2 in runs that have no others. */
function normOf(cache: Database, runId: number): Norm {
  const found = cache.prepare(`SELECT 1 FROM weight_block WHERE run_id = ? AND norm = 'l1' LIMIT 1`).get(runId)
  return found === undefined ? 'l2' : 'l1'
}

function blocksOf({ ids }: RunColumns): Set<number> {
  const blocks = new Set<number>()
  let last = -1
  for (const id of ids) {
    const block = blockOf(id)
    if (block !== last) blocks.add(block)
    last = block
  }
  return blocks
}

interface StoredScores {
  id: number
  l1: Buffer | null
  l2: Buffer | null
  checksum: number | null
}

/** Weights of one head as the rows have them, null for scores that give none. Throws 'project-damaged'. */
function exactReader(cache: Database, run: RunInfo, { layer, head }: HeadIndex) {
  const { model } = run
  const columns = `sample_id AS id, head_l1 AS l1, head_l2 AS l2, head_checksum AS checksum`
  const one = cache.prepare<[number, number], StoredScores>(
    `SELECT ${columns} FROM result WHERE run_id = ? AND sample_id = ?`,
  )
  const range = cache.prepare<[number, number, number], StoredScores>(
    `SELECT ${columns} FROM result WHERE run_id = ? AND sample_id >= ? AND sample_id < ?`,
  )
  const weight = ({ id, l1, l2, checksum }: StoredScores): number | null => {
    checkBlobs([l1, l2], checksum, `the head scores of sample ${id}`)
    const scores = l1 ?? l2
    const weights = scores ? headWeights(float32(scores), model) : null
    return weights?.[layer * model.heads + head] ?? null
  }
  return {
    one(id: number): number | null {
      const row = one.get(run.id, id)
      return row === undefined ? null : weight(row)
    },
    *ofBlock(block: number) {
      for (const row of range.iterate(run.id, block * BLOCK, (block + 1) * BLOCK)) {
        yield { id: row.id, weight: weight(row) }
      }
    },
  }
}
