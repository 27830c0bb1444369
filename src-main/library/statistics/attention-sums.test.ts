import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { model as tiny } from '../library-fixture'
import { CACHE_MIGRATIONS } from '../migrations'
import { migrate } from '../project/migrate'
import { AttentionSums, keepsSumsByClass, readHeadAttention } from './attention-sums'
import { addIntegers, integersOf, noIntegers } from './integer-sums'

const model = { ...tiny, layers: 2, heads: 3, grid: [1, 2] as [number, number] }
const run = { id: 4, model }
const SIZE = 12

function cache() {
  const database = new Sqlite(':memory:')
  migrate(database, CACHE_MIGRATIONS)
  return database
}

interface Sample {
  label: number | null
  correct: number | null
  attention: Float32Array
}

const samples: Sample[] = Array.from({ length: 40 }, (_, i) => {
  const label = i % 7 === 0 ? null : i % 3
  const correct = label === null ? null : Number(i % 5 > 1)
  // Numbers that no binary fraction is, so that the order of a sum of floats would show.
  return {
    label,
    correct,
    attention: Float32Array.from({ length: SIZE }, (_unused, j) => 0.1 + ((i * 31 + j) % 97) / 139),
  }
})

/** Batches of these sizes, one transaction each. */
function commit(database: Sqlite.Database, order: readonly Sample[], sizes: readonly number[], of = run): void {
  let from = 0
  for (const size of sizes) {
    const sums = new AttentionSums(database, of)
    for (const { label, correct, attention } of order.slice(from, from + size)) sums.add(label, correct, attention)
    sums.write()
    from += size
  }
}

const stored = (database: Sqlite.Database) =>
  database.prepare(`SELECT layer, label, outcome, count, hex(sums) FROM attention_sum ORDER BY 1, 2, 3`).raw().all()

test('the mean of a head by label and correctness', () => {
  const database = cache()
  commit(database, samples, [40])
  const { byClass, labels, outcomes, counts, means, grid } = readHeadAttention(database, run, 1, 2)
  expect({ byClass, grid }).toEqual({ byClass: true, grid: [1, 2] })
  expect([...labels].map((label, g) => [label, outcomes[g]])).toEqual([
    [-1, -1],
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ])
  labels.forEach((label, g) => {
    const members = samples.filter((each) => (each.label ?? -1) === label && (each.correct ?? -1) === outcomes[g])
    expect(counts[g]).toBe(members.length)
    for (const patch of [0, 1]) {
      const wanted = members.reduce((sum, { attention }) => sum + attention[10 + patch]!, 0) / members.length
      expect(means[g * 2 + patch]).toBeCloseTo(wanted, 7)
    }
  })
})

test('the very same bytes, however batches fell and in whatever order', () => {
  const [whole, parts, backwards] = [cache(), cache(), cache()]
  commit(whole, samples, [40])
  commit(parts, samples, [1, 7, 16, 3, 13])
  commit(backwards, samples.toReversed(), [20, 20])
  expect(stored(parts)).toEqual(stored(whole))
  expect(stored(backwards)).toEqual(stored(whole))
})

test('sums beyond what a float64 can tell apart stay exact, and merge in any order', () => {
  // Each part is exact as a float64; their sum is not.
  const [rising, falling] = [noIntegers(2), noIntegers(2)]
  const parts = [1, 2, 3, 4, 5].map((k) => Float64Array.of(2 ** 52 + k, -(2 ** 40) - k))
  for (const part of parts) addIntegers(rising, part)
  for (const part of parts.toReversed()) addIntegers(falling, part)
  expect(rising.equals(falling)).toBe(true)
  expect(rising.readBigInt64LE(0)).toBe(5n * 2n ** 52n + 15n)
  expect(rising.readBigInt64LE(8)).toBe(-5n * 2n ** 40n - 15n)
  expect([...integersOf(rising)]).toEqual([5 * 2 ** 52 + 16, -5 * 2 ** 40 - 15])
})

test('models with very many classes keep sums by correctness alone', () => {
  const base = { layers: 12, heads: 12, grid: [14, 14] as [number, number] }
  expect(keepsSumsByClass({ ...base, classes: 100 })).toBe(true)
  expect(keepsSumsByClass({ ...base, classes: 1000 })).toBe(false)
  const large = { id: 5, model: { ...model, classes: 10 ** 6 } }
  const database = cache()
  commit(database, samples, [10, 30], large)
  const { byClass, labels, outcomes, counts } = readHeadAttention(database, large, 0, 0)
  expect(byClass).toBe(false)
  expect([[...labels], [...outcomes]]).toEqual([
    [-1, -1, -1],
    [-1, 0, 1],
  ])
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40)
})

test('what is no attention is left out; what the model does not have is refused', () => {
  const database = cache()
  const sums = new AttentionSums(database, run)
  sums.add(0, 1, null)
  sums.add(0, 1, new Float32Array(SIZE).fill(NaN))
  sums.write()
  expect(stored(database)).toEqual([])
  expect(readHeadAttention(database, run, 0, 0).counts).toHaveLength(0)
  expect(() => readHeadAttention(database, run, 2, 0)).toThrow('2 layers of 3 heads')
})
