import Sqlite from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { CACHE_MIGRATIONS } from '../migrations'
import { migrate } from '../project/migrate'
import { removeResults } from '../lineage/remove-results'
import { ensureQuantity, NO_INTEGER, readQuantity, writeQuantity } from './quantities'
import { ensureVector, readVectors, writeVectors } from './vectors'

let cache: Sqlite.Database
beforeEach(() => {
  cache = new Sqlite(':memory:')
  cache.pragma('foreign_keys = ON')
  migrate(cache, CACHE_MIGRATIONS)
})
const ids = (...list: number[]) => Uint32Array.from(list)

test('a quantity is kept by name, version and settings; values of later batches stand beside those of former ones', () => {
  const key = { name: 'deletion', version: 1, settings: { steps: 20, fill: 'mean' } }
  const id = ensureQuantity(cache, 7, key, 'float32')
  expect(ensureQuantity(cache, 7, { ...key, settings: { fill: 'mean', steps: 20 } }, 'float32')).toBe(id)
  expect(ensureQuantity(cache, 7, { ...key, settings: { fill: 'blur', steps: 20 } }, 'float32')).not.toBe(id)
  expect(ensureQuantity(cache, 7, { ...key, version: 2 }, 'float32')).not.toBe(id)
  expect(ensureQuantity(cache, 8, key, 'float32')).not.toBe(id)
  writeQuantity(cache, id, ids(4095, 4096, 9000), Float32Array.of(0.25, 0.5, 0.75))
  writeQuantity(cache, id, ids(1, 4096), Float32Array.of(1, 2))
  expect([...readQuantity(cache, id, ids(4096, 1, 9000, 2, 4095, 20_000))]).toEqual([2, 1, 0.75, NaN, 0.25, NaN])
  expect(cache.prepare(`SELECT block FROM quantity_block ORDER BY block`).pluck().all()).toEqual([0, 1, 2])
})

test('whole numbers are exact, and a quantity keeps its type', () => {
  const key = { name: 'rank', version: 1, settings: {} }
  const id = ensureQuantity(cache, 1, key, 'int32')
  writeQuantity(cache, id, ids(3), Int32Array.of(2 ** 31 - 1))
  expect([...readQuantity(cache, id, ids(3, 4))]).toEqual([2 ** 31 - 1, NO_INTEGER])
  expect(() => ensureQuantity(cache, 1, key, 'float32')).toThrow('rank, version 1, is no float32')
})

test('vectors come back in their shape, half as wide to the precision of that', () => {
  const kind = { name: 'embedding', version: 1, settings: {}, shape: [2, 2] }
  const wide = ensureVector(cache, 1, { ...kind, type: 'float32' })
  const half = ensureVector(cache, 1, { ...kind, version: 2, type: 'float16' })
  const values = Float32Array.of(0.1, -2, 3, 4, 5, 6, 7, 1e-3)
  for (const id of [wide, half]) writeVectors(cache, id, ids(5, 9), values)
  expect(readVectors(cache, wide, ids(9, 8, 5))).toEqual({
    ids: ids(9, 5),
    values: Float32Array.of(5, 6, 7, 1e-3, 0.1, -2, 3, 4),
  })
  const read = readVectors(cache, half, ids(5, 9)).values
  values.forEach((value, i) => expect(Math.abs(read[i]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11))
  expect(cache.prepare(`SELECT length(numbers) FROM vector_value`).pluck().all()).toEqual([16, 16, 8, 8])
  expect(() => ensureVector(cache, 1, { ...kind, shape: [4], type: 'float32' })).toThrow('is no float32 [4]')
})

test('they go with the results of their run', () => {
  const [kept, gone] = [2, 1].map((runId) => {
    const key = { name: 'rank', version: 1, settings: {} }
    const id = ensureQuantity(cache, runId, key, 'float32')
    writeQuantity(cache, id, ids(3), Float32Array.of(runId))
    writeVectors(cache, ensureVector(cache, runId, { ...key, type: 'float32', shape: [1] }), ids(3), Float32Array.of(1))
    return id
  })
  removeResults(cache, 1)
  expect([...readQuantity(cache, kept ?? 0, ids(3))]).toEqual([2])
  expect(() => readQuantity(cache, gone ?? 0, ids(3))).toThrow('no quantity')
  expect(cache.prepare(`SELECT count(*) FROM vector_value`).pluck().get()).toBe(1)
})
