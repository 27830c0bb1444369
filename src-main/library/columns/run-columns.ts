import type { Database } from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { ABSENT, type BlockColumns, blockReader } from './block-columns'
import { BLOCK } from './blocks'

/** A run's samples in memory, one array a property, all in natural order of paths: 28 bytes a sample. */
export interface RunColumns {
  ids: Uint32Array
  /** Class indexes, -1 for none. */
  label: Int32Array
  prediction: Int32Array
  /** Codes of the dataset's own labels and of its splits, -1 for none. */
  datasetLabel: Int32Array
  split: Int16Array
  /** NaN for none. */
  confidence: Float32Array
  /** 1 for correct, 0 for wrong, -1 where there is no label or no result. */
  correct: Int8Array
  /** 0 pending, 1 done, 2 failed. */
  state: Uint8Array
  /** The place of a sample in the arrays, -1 for one that the run does not have. */
  indexOf(id: number): number
}

/** Runs whose columns are kept in memory. */
const MAX_RUNS = 2

interface KeptRun {
  blocks: Map<number, { revision: number; columns: BlockColumns }>
  columns: RunColumns
}

/** The columns of runs, kept in memory and read again where blocks have changed. */
export class ColumnStore {
  readonly #runs = new LRUCache<number, KeptRun>({ max: MAX_RUNS })
  readonly #cache: Database

  constructor(cache: Database) {
    this.#cache = cache
  }

  /** The columns as they are in the database now; the same object for as long as nothing changes. */
  of(runId: number): RunColumns {
    const kept = this.#runs.get(runId)
    const current = this.#refresh(runId, kept ?? null)
    this.#runs.set(runId, current)
    return current.columns
  }

  #refresh(runId: number, kept: KeptRun | null): KeptRun {
    const stored = this.#cache
      .prepare<[number], { block: number; revision: number }>(
        `SELECT block, revision FROM run_block WHERE run_id = ? ORDER BY block`,
      )
      .all(runId)
    const fresh = ({ block, revision }: (typeof stored)[0]) => kept?.blocks.get(block)?.revision === revision
    if (kept !== null && stored.length === kept.blocks.size && stored.every(fresh)) return kept
    const read = blockReader(this.#cache, runId)
    const blocks: KeptRun['blocks'] = new Map()
    for (const each of stored) {
      const known = fresh(each) ? kept?.blocks.get(each.block) : undefined
      blocks.set(each.block, known ?? { revision: each.revision, columns: read(each.block) })
    }
    return { blocks, columns: assemble(blocks) }
  }
}

/** Blocks in order of ids become columns in order of positions; equal positions stay in order of ids. */
function assemble(blocks: KeptRun['blocks']): RunColumns {
  let count = 0
  let last = -1
  let inOrder = true
  let highest = 0
  for (const { columns } of blocks.values()) {
    for (let slot = 0; slot < columns.state.length; slot++) {
      if (columns.state[slot] === ABSENT) continue
      const position = columns.position[slot]!
      if (position < last) inOrder = false
      last = position
      highest = Math.max(highest, position)
      count++
    }
  }
  const place = inOrder ? null : placesOf(blocks, highest)
  const columns = {
    ids: new Uint32Array(count),
    label: new Int32Array(count),
    prediction: new Int32Array(count),
    datasetLabel: new Int32Array(count),
    split: new Int16Array(count),
    confidence: new Float32Array(count),
    correct: new Int8Array(count),
    state: new Uint8Array(count),
  }
  const [firstBlock = 0] = blocks.keys()
  const lastBlock = [...blocks.keys()].at(-1) ?? 0
  const firstId = firstBlock * BLOCK
  const indexes = new Int32Array((lastBlock - firstBlock + 1) * BLOCK).fill(-1)
  let next = 0
  for (const [block, { columns: from }] of blocks) {
    for (let slot = 0; slot < from.state.length; slot++) {
      if (from.state[slot] === ABSENT) continue
      const index = place === null ? next : takePlace(place, from.position[slot]!)
      next++
      const id = block * BLOCK + slot
      indexes[id - firstId] = index
      columns.ids[index] = id
      columns.label[index] = from.label[slot]!
      columns.prediction[index] = from.prediction[slot]!
      columns.datasetLabel[index] = from.datasetLabel[slot]!
      columns.split[index] = from.split[slot]!
      columns.confidence[index] = from.confidence[slot]!
      columns.correct[index] = from.correct[slot]!
      columns.state[index] = from.state[slot]!
    }
  }
  return { ...columns, indexOf: (id) => indexes[id - firstId]! }
}

/** The first place of each position: a counting sort. */
function placesOf(blocks: KeptRun['blocks'], highest: number): Uint32Array {
  const places = new Uint32Array(highest + 2)
  for (const { columns } of blocks.values()) {
    for (let slot = 0; slot < columns.state.length; slot++) {
      if (columns.state[slot] === ABSENT) continue
      const position = columns.position[slot]!
      places[position + 1]!++
    }
  }
  for (let i = 1; i < places.length; i++) places[i]! += places[i - 1]!
  return places
}

function takePlace(places: Uint32Array, position: number): number {
  const place = places[position]!
  places[position] = place + 1
  return place
}
