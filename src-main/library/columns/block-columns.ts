import type { Database } from 'better-sqlite3'
import { checkBlobs } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import { checkSample, soundRow } from '../stored/sound-rows'
import { BLOCK, slotOf } from './blocks'

/** State of a slot whose sample the run does not have. */
export const ABSENT = 255

/** What the run says about the samples of one block, by slot; it ends with the last of them. */
export interface BlockColumns {
  /** Place in the natural order of paths. */
  position: Uint32Array
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
  /** 0 pending, 1 done, 2 failed, or ABSENT. */
  state: Uint8Array
}

interface StoredSample {
  id: number
  position: number
  label: number | null
  prediction: number | null
  datasetLabel: number | null
  split: number | null
  confidence: number | null
  correct: number | null
  state: number
  sound: number
}

const BYTES_A_SLOT = 24

/** The columns in one piece of memory, as they are stored. */
function columnsIn(buffer: ArrayBuffer): BlockColumns {
  const slots = buffer.byteLength / BYTES_A_SLOT
  return {
    position: new Uint32Array(buffer, 0, slots),
    label: new Int32Array(buffer, 4 * slots, slots),
    prediction: new Int32Array(buffer, 8 * slots, slots),
    confidence: new Float32Array(buffer, 12 * slots, slots),
    datasetLabel: new Int32Array(buffer, 16 * slots, slots),
    split: new Int16Array(buffer, 20 * slots, slots),
    correct: new Int8Array(buffer, 22 * slots, slots),
    state: new Uint8Array(buffer, 23 * slots, slots),
  }
}

/** Reads the columns of a block: those that are stored, or else its rows. The reader throws 'project-damaged'. */
export function blockReader(cache: Database, runId: number): (block: number) => BlockColumns {
  const stored = cache.prepare<[number, number], { columns: Buffer | null; checksum: number | null }>(
    `SELECT columns, checksum FROM run_block WHERE run_id = ? AND block = ?`,
  )
  const rows = rowReader(cache, runId)
  return (block) => {
    const { columns: blob = null, checksum = null } = stored.get(runId, block) ?? {}
    if (blob === null) return rows(block)
    checkBlobs([blob], checksum, `a block of results of run ${runId}`)
    const buffer = new ArrayBuffer(blob.byteLength)
    new Uint8Array(buffer).set(blob)
    return columnsIn(buffer)
  }
}

/** Writes the columns of a block beside its rows. */
export function writeBlockColumns(cache: Database, runId: number, block: number): void {
  const { position } = rowReader(cache, runId)(block)
  const blob = Buffer.from(position.buffer)
  cache
    .prepare(`UPDATE run_block SET columns = ?, checksum = ? WHERE run_id = ? AND block = ?`)
    .run(blob, rowChecksum([blob]), runId, block)
}

function rowReader(cache: Database, runId: number): (block: number) => BlockColumns {
  const read = cache.prepare<[number, number, number], StoredSample>(
    `SELECT sample_id AS id, position, label, prediction, dataset_label AS datasetLabel, split, confidence, correct, state,
       ${soundRow('run_sample')} AS sound
     FROM run_sample
     WHERE run_id = ? AND sample_id >= ? AND sample_id < ? ORDER BY sample_id`,
  )
  return (block) => {
    const rows = read.all(runId, block * BLOCK, (block + 1) * BLOCK)
    const last = rows.at(-1)
    const slots = last === undefined ? 0 : slotOf(last.id) + 1
    const columns = columnsIn(new ArrayBuffer(slots * BYTES_A_SLOT))
    columns.state.fill(ABSENT)
    for (const row of rows) {
      checkSample(row.sound, runId, row.id)
      const slot = slotOf(row.id)
      columns.position[slot] = row.position
      columns.label[slot] = row.label ?? -1
      columns.prediction[slot] = row.prediction ?? -1
      columns.datasetLabel[slot] = row.datasetLabel ?? -1
      columns.split[slot] = row.split ?? -1
      columns.confidence[slot] = row.confidence ?? NaN
      columns.correct[slot] = row.correct ?? -1
      columns.state[slot] = row.state
    }
    return columns
  }
}
