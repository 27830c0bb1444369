import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { firstHeads } from '../statistics/first-heads'
import { headWeights } from '../statistics/head-weights'
import { float32 } from '../typed-blobs'
import { BLOCK, blockOf, slotOf } from './blocks'
import { type Norm, NO_WEIGHTS, weighedBlocks, weightBlockReader } from './weight-blocks'
import { codeOf } from './weight-codes'

/** In `firsts`: the sample has no weights. */
export const NO_FIRST = 0xffff

/** One layer of the weights of n samples. */
export interface LayerWeights {
  layer: number
  /** Codes of weights, `[heads, n]`. */
  codes: Uint32Array
  /** The head that ranks first, or NO_FIRST, `[n]`. */
  firsts: Uint16Array
}

export interface WeightSelection {
  /** Sample ids, rising. */
  ids: Uint32Array
  /** Where each sample stands in the result, `[n]`. */
  places: Uint32Array
}

/** From so many samples on, a block's columns are read faster than its rows. */
const DENSE = 160
/** Memory of the codes that are held at a time. */
const HELD_BYTES = 64 * 2 ** 20

/**
 * The head weights of any samples, one layer after another in memory that does not grow with the layers. Blocks of
 * which many samples are wanted are read as columns, the others and those without columns row by row: the codes are the
 * same. `stop` throws when nobody waits any more. A yielded layer is overwritten by the next one.
 */
export function* gatherWeights(
  cache: Database,
  run: RunInfo,
  norm: Norm,
  { ids, places }: WeightSelection,
  stop: () => void,
): Generator<LayerWeights> {
  const { layers, heads } = run.model
  const n = ids.length
  const { dense, sparse } = splitByBlock(cache, run.id, ids)
  const readBlock = weightBlockReader(cache, run.id, norm)
  const readRow = rowWeights(cache, run, norm)
  const layersAtOnce = Math.max(1, Math.min(layers, Math.floor(HELD_BYTES / (4 * heads * n + 1))))
  const codes = new Uint32Array(layersAtOnce * heads * n)
  const firsts = new Uint16Array(layersAtOnce * n)

  for (let from = 0; from < layers; from += layersAtOnce) {
    const to = Math.min(layers, from + layersAtOnce)
    firsts.fill(NO_FIRST)
    sparse.forEach((i, count) => {
      if (count % BLOCK === 0) stop()
      const row = readRow(ids[i]!)
      if (row === null) return
      const place = places[i]!
      for (let layer = from; layer < to; layer++) {
        firsts[(layer - from) * n + place] = row.firsts[layer] ?? NO_FIRST
        for (let head = 0; head < heads; head++) {
          codes[((layer - from) * heads + head) * n + place] = codeOf(row.weights[layer * heads + head]!)
        }
      }
    })
    for (let layer = from; layer < to; layer++) {
      const held: LayerWeights = {
        layer,
        codes: codes.subarray((layer - from) * heads * n, (layer - from + 1) * heads * n),
        firsts: firsts.subarray((layer - from) * n, (layer - from + 1) * n),
      }
      for (const { block, start, end } of dense) {
        stop()
        const columns = readBlock(block, layer)
        if (columns !== null) fillFromColumns(held, columns, { ids, places, start, end, heads })
      }
      yield held
    }
  }
}

function fillFromColumns(
  held: LayerWeights,
  { first, high, low }: { first: Uint8Array; high: Uint16Array; low: Uint8Array },
  { ids, places, start, end, heads }: WeightSelection & { start: number; end: number; heads: number },
): void {
  const n = ids.length
  for (let i = start; i < end; i++) {
    const slot = slotOf(ids[i]!)
    const ranked = slot < first.length ? (first[slot] ?? NO_WEIGHTS) : NO_WEIGHTS
    held.firsts[places[i]!] = ranked === NO_WEIGHTS ? NO_FIRST : ranked
  }
  for (let head = 0; head < heads; head++) {
    const from = head * first.length
    const into = head * n
    for (let i = start; i < end; i++) {
      const slot = slotOf(ids[i]!)
      // Samples behind the last slot have no weights, and so no first head: they are passed over.
      if (slot < first.length) held.codes[into + places[i]!] = (high[from + slot]! << 8) | low[from + slot]!
    }
  }
}

/** A stretch of ids that lie in one block. */
export interface Stretch {
  block: number
  start: number
  end: number
}

/** Stretches of rising ids to be read as columns, and the indexes of those to be read one by one. */
export function splitByBlock(cache: Database, runId: number, ids: Uint32Array) {
  const weighed = weighedBlocks(cache, runId)
  const dense: Stretch[] = []
  const sparse: number[] = []
  for (let start = 0, end = 0; start < ids.length; start = end) {
    const block = blockOf(ids[start]!)
    while (end < ids.length && blockOf(ids[end]!) === block) end++
    if (weighed.has(block) && end - start >= DENSE) dense.push({ block, start, end })
    else for (let i = start; i < end; i++) sparse.push(i)
  }
  return { dense, sparse }
}

/** Reads the weights of a sample, and which head ranks first in each layer; null for a sample that has none. */
export function rowWeights(cache: Database, run: RunInfo, norm: Norm) {
  const column = norm === 'l1' ? 'head_l1' : 'head_l2'
  const read = cache
    .prepare<[number, number], Buffer | null>(`SELECT ${column} FROM result WHERE run_id = ? AND sample_id = ?`)
    .pluck()
  return (id: number) => {
    const blob = read.get(run.id, id)
    const weights = blob ? headWeights(float32(blob), run.model) : null
    return weights === null ? null : { weights, firsts: firstHeads(weights, run.model.heads) }
  }
}
