import type { Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import { BLOCK, blockOf, slotOf } from '../columns/blocks'
import { stableJson } from '../run/definition-hash'
import { checkBlobs } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import { hashOf } from './settings-hash'

/** A number a sample: what it is called, which version of what computes it, and with which settings. */
export interface QuantityKey {
  name: string
  version: number
  settings: Record<string, unknown>
}

export type QuantityType = 'float32' | 'int32'
export type QuantityValues = Float32Array | Int32Array

/** In int32 quantities: the sample has none. In float32 ones NaN says so. */
export const NO_INTEGER = -(2 ** 31)

/**
 * The id of a quantity of a run, written on first sight. Throws 'internal' where it is there already with values of another
 * type: what computes it then needs another version.
 */
export function ensureQuantity(cache: Database, runId: number, key: QuantityKey, type: QuantityType): number {
  const { name, version } = key
  const settings = stableJson(key.settings)
  const row = cache
    .prepare<[number, string, number, string, string, string], { id: number; type: QuantityType }>(
      `INSERT INTO quantity (run_id, name, version, settings_hash, settings, type) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (run_id, name, version, settings_hash) DO UPDATE SET name = name RETURNING id, type`,
    )
    .get(runId, name, version, hashOf(settings), settings, type)
  if (row?.type !== type)
    throw new HeadlightError('internal', `${name}, version ${version}, is no ${type} in run ${runId}.`)
  return row.id
}

/** The id of a quantity of a run, null where nothing of it was written. */
export function findQuantity(cache: Database, runId: number, { name, version, settings }: QuantityKey): number | null {
  const id = cache
    .prepare<[number, string, number, string], number>(
      `SELECT id FROM quantity WHERE run_id = ? AND name = ? AND version = ? AND settings_hash = ?`,
    )
    .pluck()
    .get(runId, name, version, hashOf(stableJson(settings)))
  return id ?? null
}

/** Writes values of samples, one an id, in place of former ones. One transaction; a block of 4,096 samples is written once. */
export function writeQuantity(cache: Database, id: number, ids: Uint32Array, values: QuantityValues): void {
  const read = blockReader(cache, id)
  const write = cache.prepare(
    `INSERT OR REPLACE INTO quantity_block (quantity_id, block, numbers, checksum) VALUES (?, ?, ?, ?)`,
  )
  cache.transaction(() => {
    const blocks = new Map<number, QuantityValues>()
    ids.forEach((sampleId, i) => {
      const block = blockOf(sampleId)
      const numbers = blocks.get(block) ?? read(block, values) ?? emptyLike(values)
      blocks.set(block, numbers)
      numbers[slotOf(sampleId)] = values[i]!
    })
    for (const [block, numbers] of blocks) {
      const blob = Buffer.from(numbers.buffer)
      write.run(id, block, blob, rowChecksum([blob]))
    }
  })()
}

/** Values of samples of a quantity that may not have been written yet, as `readQuantity` gives them. */
export function readIfThere(
  cache: Database,
  runId: number,
  key: QuantityKey,
  type: QuantityType,
  ids: Uint32Array,
): QuantityValues {
  const id = findQuantity(cache, runId, key)
  if (id !== null) return readQuantity(cache, id, ids)
  return type === 'float32' ? new Float32Array(ids.length).fill(NaN) : new Int32Array(ids.length).fill(NO_INTEGER)
}

/** Values of samples, one an id; NaN or NO_INTEGER for those without one. */
export function readQuantity(cache: Database, id: number, ids: Uint32Array): QuantityValues {
  const type = cache.prepare<[number], QuantityType>(`SELECT type FROM quantity WHERE id = ?`).pluck().get(id)
  if (type === undefined) throw new HeadlightError('not-found', `There is no quantity ${id}.`)
  const values =
    type === 'float32' ? new Float32Array(ids.length).fill(NaN) : new Int32Array(ids.length).fill(NO_INTEGER)
  const read = blockReader(cache, id)
  const blocks = new Map<number, QuantityValues | null>()
  ids.forEach((sampleId, i) => {
    const block = blockOf(sampleId)
    let numbers = blocks.get(block)
    if (numbers === undefined) blocks.set(block, (numbers = read(block, values)))
    if (numbers !== null) values[i] = numbers[slotOf(sampleId)]!
  })
  return values
}

/** Settings of all quantities of a name and version, the oldest first. */
export function listQuantities(
  cache: Database,
  runId: number,
  name: string,
  version: number,
): { id: number; settings: unknown }[] {
  return cache
    .prepare<[number, string, number], { id: number; settings: string }>(
      `SELECT id, settings FROM quantity WHERE run_id = ? AND name = ? AND version = ? ORDER BY id`,
    )
    .all(runId, name, version)
    .map(({ id, settings }) => ({ id, settings: JSON.parse(settings) as unknown }))
}

/** All values of an int32 quantity, in order of sample ids. */
export function readWhole(cache: Database, id: number): { ids: Uint32Array; values: Int32Array } {
  const like = new Int32Array(0)
  const read = blockReader(cache, id)
  const blocks = cache
    .prepare<[number], number>(`SELECT block FROM quantity_block WHERE quantity_id = ? ORDER BY block`)
    .pluck()
    .all(id)
  const ids: number[] = []
  const values: number[] = []
  for (const block of blocks) {
    read(block, like)!.forEach((value, slot) => {
      if (value === NO_INTEGER) return
      ids.push(block * BLOCK + slot)
      values.push(value)
    })
  }
  return { ids: Uint32Array.from(ids), values: Int32Array.from(values) }
}

/** Removes a quantity with its values; nothing where there is none. */
export function removeQuantity(cache: Database, runId: number, key: QuantityKey): void {
  const id = findQuantity(cache, runId, key)
  if (id !== null) cache.prepare(`DELETE FROM quantity WHERE id = ?`).run(id)
}

function emptyLike(values: QuantityValues): QuantityValues {
  return values instanceof Float32Array ? new Float32Array(BLOCK).fill(NaN) : new Int32Array(BLOCK).fill(NO_INTEGER)
}

function blockReader(cache: Database, id: number) {
  const read = cache.prepare<[number, number], { numbers: Buffer; checksum: number | null }>(
    `SELECT numbers, checksum FROM quantity_block WHERE quantity_id = ? AND block = ?`,
  )
  return (block: number, like: QuantityValues): QuantityValues | null => {
    const row = read.get(id, block)
    if (row === undefined) return null
    checkBlobs([row.numbers], row.checksum, `block ${block} of quantity ${id}`)
    const { buffer } = Uint8Array.from(row.numbers)
    return like instanceof Float32Array ? new Float32Array(buffer) : new Int32Array(buffer)
  }
}
