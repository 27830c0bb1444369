import type { Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import { stableJson } from '../run/definition-hash'
import type { QuantityKey } from './quantities'
import { checkBlobs } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import { hashOf } from './settings-hash'

export interface VectorKind extends QuantityKey {
  type: 'float16' | 'float32'
  /** Lengths of the axes, `[]` for a single number. */
  shape: readonly number[]
}

/**
 * The id of an array that every sample of a run may have, written on first sight. Throws 'internal' where it is there
 * already with another type or shape.
 */
export function ensureVector(cache: Database, runId: number, { name, version, type, ...kind }: VectorKind): number {
  const settings = stableJson(kind.settings)
  const shape = JSON.stringify(kind.shape)
  const row = cache
    .prepare<[number, string, number, string, string, string, string], { id: number; type: string; shape: string }>(
      `INSERT INTO vector (run_id, name, version, settings_hash, settings, type, shape) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (run_id, name, version, settings_hash) DO UPDATE SET name = name RETURNING id, type, shape`,
    )
    .get(runId, name, version, hashOf(settings), settings, type, shape)
  if (row?.type !== type || row.shape !== shape) {
    throw new HeadlightError('internal', `${name}, version ${version}, is no ${type} ${shape} in run ${runId}.`)
  }
  return row.id
}

/** The id of an array of a run, null where nothing of it was written. */
export function findVector(cache: Database, runId: number, { name, version, settings }: QuantityKey): number | null {
  const id = cache
    .prepare<[number, string, number, string], number>(
      `SELECT id FROM vector WHERE run_id = ? AND name = ? AND version = ? AND settings_hash = ?`,
    )
    .pluck()
    .get(runId, name, version, hashOf(stableJson(settings)))
  return id ?? null
}

/** Writes arrays of samples, `[ids, ...shape]`, in place of former ones; float16 rounds to the nearest. One transaction. */
export function writeVectors(cache: Database, id: number, ids: Uint32Array, values: Float32Array): void {
  const { type, size } = kindOf(cache, id)
  const write = cache.prepare(
    `INSERT OR REPLACE INTO vector_value (vector_id, sample_id, numbers, checksum) VALUES (?, ?, ?, ?)`,
  )
  cache.transaction(() => {
    ids.forEach((sampleId, i) => {
      const own = values.slice(i * size, (i + 1) * size)
      const numbers = type === 'float16' ? Float16Array.from(own) : own
      const blob = Buffer.from(numbers.buffer)
      write.run(id, sampleId, blob, rowChecksum([blob]))
    })
  })()
}

/** Arrays of those of the samples that have one, in order of `ids`: `[ids, ...shape]`. */
export function readVectors(cache: Database, id: number, ids: Uint32Array): { ids: Uint32Array; values: Float32Array } {
  const { type, size } = kindOf(cache, id)
  const read = cache.prepare<[number, number], { numbers: Buffer; checksum: number | null }>(
    `SELECT numbers, checksum FROM vector_value WHERE vector_id = ? AND sample_id = ?`,
  )
  const values = new Float32Array(ids.length * size)
  const present: number[] = []
  for (const sampleId of ids) {
    const row = read.get(id, sampleId)
    if (row === undefined) continue
    checkBlobs([row.numbers], row.checksum, `vector ${id} of sample ${sampleId}`)
    const { buffer } = Uint8Array.from(row.numbers)
    values.set(type === 'float16' ? new Float16Array(buffer) : new Float32Array(buffer), present.length * size)
    present.push(sampleId)
  }
  return { ids: Uint32Array.from(present), values: values.slice(0, present.length * size) }
}

function kindOf(cache: Database, id: number): { type: string; size: number } {
  const row = cache
    .prepare<[number], { type: string; shape: string }>(`SELECT type, shape FROM vector WHERE id = ?`)
    .get(id)
  if (row === undefined) throw new HeadlightError('not-found', `There is no vector ${id}.`)
  const size = (JSON.parse(row.shape) as number[]).reduce((product, length) => product * length, 1)
  return { type: row.type, size }
}
