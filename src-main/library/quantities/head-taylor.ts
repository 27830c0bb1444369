/** sum A o G of every head, as runs keep it: a vector `[layers, heads]` a sample. Runs of former versions have none. */
import type { Database } from 'better-sqlite3'
import type { HeadCounts } from '@headlight/explain/report'
import type { QuantityKey } from './quantities'
import { ensureVector, findVector, readVectors, writeVectors } from './vectors'

export const TAYLOR: QuantityKey = { name: 'taylor', version: 1, settings: {} }

export function writeTaylor(
  cache: Database,
  runId: number,
  { layers, heads }: HeadCounts,
  ids: Uint32Array,
  values: Float32Array,
): void {
  const vector = ensureVector(cache, runId, { ...TAYLOR, type: 'float32', shape: [layers, heads] })
  writeVectors(cache, vector, ids, values)
}

/** Whether any sample of the run has it. */
export function hasTaylor(cache: Database, runId: number): boolean {
  return findVector(cache, runId, TAYLOR) !== null
}

/** Of those of the samples that have it, in their order: `[ids, layers, heads]`. */
export function readTaylor(cache: Database, runId: number, ids: Uint32Array): ReturnType<typeof readVectors> {
  const vector = findVector(cache, runId, TAYLOR)
  if (vector === null) return { ids: new Uint32Array(0), values: new Float32Array(0) }
  return readVectors(cache, vector, ids)
}
