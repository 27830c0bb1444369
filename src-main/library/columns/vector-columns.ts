/** Single elements of vectors, sample by sample: columns of complete blocks, rows of the others. */
import type { Database } from 'better-sqlite3'
import { findVector } from '../quantities/vectors'
import type { QuantityKey } from '../quantities/quantities'
import { checkBlobs } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import { float32 } from '../typed-blobs'
import { BLOCK, slotOf } from './blocks'
import { weighedBlocks } from './weight-blocks'

interface StoredVector {
  id: number
  numbers: Buffer
  checksum: number | null
}

/** Writes a float32 vector of a complete block as columns, in place of those that were there; nothing where no sample has it. */
export function writeVectorColumns(cache: Database, runId: number, block: number, key: QuantityKey): void {
  const vector = findVector(cache, runId, key)
  if (vector === null) return
  const rows = [...vectorRows(cache, vector)(block)]
  cache.prepare(`DELETE FROM vector_block WHERE vector_id = ? AND block = ?`).run(vector, block)
  const last = rows.at(-1)
  if (last === undefined) return
  const write = cache.prepare(
    `INSERT INTO vector_block (vector_id, block, element, numbers, checksum) VALUES (?, ?, ?, ?, ?)`,
  )
  const slots = slotOf(last.id) + 1
  for (let element = 0; element < last.values.length; element++) {
    const column = new Float32Array(slots).fill(NaN)
    for (const { id, values } of rows) column[slotOf(id)] = values[element]!
    const blob = Buffer.from(column.buffer)
    write.run(vector, block, element, blob, rowChecksum([blob]))
  }
}

/**
 * Reads one element of a vector, by slot of a block, as long as the block's last sample that has it; null where none of the
 * block has. The reader throws 'project-damaged'. Null where nothing of the vector was written.
 */
export function vectorColumnReader(
  cache: Database,
  runId: number,
  key: QuantityKey,
): ((block: number, element: number) => Float32Array | null) | null {
  const vector = findVector(cache, runId, key)
  if (vector === null) return null
  const complete = weighedBlocks(cache, runId)
  const stored = cache.prepare<[number, number, number], StoredVector>(
    `SELECT numbers, checksum FROM vector_block WHERE vector_id = ? AND block = ? AND element = ?`,
  )
  const rowsOf = vectorRows(cache, vector)
  let kept: { block: number; rows: { id: number; values: Float32Array }[] } | null = null
  return (block, element) => {
    if (complete.has(block)) {
      const row = stored.get(vector, block, element)
      if (row === undefined) return null
      checkBlobs([row.numbers], row.checksum, `a column of vector ${vector}`)
      return float32(row.numbers)
    }
    if (kept?.block !== block) kept = { block, rows: [...rowsOf(block)] }
    const last = kept.rows.at(-1)
    if (last === undefined) return null
    const column = new Float32Array(slotOf(last.id) + 1).fill(NaN)
    for (const { id, values } of kept.rows) column[slotOf(id)] = values[element]!
    return column
  }
}

function vectorRows(cache: Database, vector: number) {
  const read = cache.prepare<[number, number, number], StoredVector>(
    `SELECT sample_id AS id, numbers, checksum FROM vector_value
     WHERE vector_id = ? AND sample_id >= ? AND sample_id < ? ORDER BY sample_id`,
  )
  return function* (block: number) {
    for (const { id, numbers, checksum } of read.iterate(vector, block * BLOCK, (block + 1) * BLOCK)) {
      checkBlobs([numbers], checksum, `vector ${vector} of sample ${id}`)
      yield { id, values: float32(numbers) }
    }
  }
}
