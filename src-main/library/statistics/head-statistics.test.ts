import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'

const folder = mkdtempSync(join(tmpdir(), 'headlight-statistics-'))
const library = new Library()
let runId: number

/** Weights of layer 0, head 0: Coat 0.75 and 0.25 (taken for a Shirt), Shirt 0.5 and 0.125, unlabelled 1. */
beforeAll(async () => {
  const data = join(folder, 'images')
  await writeImages(data, ['Coat/1.png', 'Coat/2.png', 'Shirt/1.png', 'Shirt/2.png', 'odd/1.png'])
  await library.project.create({ path: join(folder, 'P.headlight') })
  runId = (await library.runs.begin({ definition: definitionOf(data), model, certificate: null })).id
  const samples = await library.runs.pending({ runId, after: -1, limit: 10 })
  const predictions = [0, 1, 1, 1, 2]
  const headL1 = [
    [3, 1, 0, 0],
    [1, 3, 1, 1],
    [2, 2, 1, 3],
    [1, 7, 3, 1],
    [1, 0, 2, 2],
  ]
  // In two batches, so that the second adds to what the first has stored.
  for (const [from, to] of [
    [0, 3],
    [3, 5],
  ] as const) {
    const outcome = { predictions: predictions.slice(from, to), headL1: headL1.slice(from, to).flat() }
    await library.runs.commit({ runId, batch: batchOf(samples.slice(from, to), outcome) })
  }
})
afterAll(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const means = async (by: 'all' | 'class' | 'prediction' | 'correct', filter = '') => {
  const { groups } = await library.statistics.heads({ runId, by, filter, norm: 'l1' })
  return groups.map(({ key, name, count, mean }) => [key, name, count, mean[0]])
}

test('groups of every kind', async () => {
  expect(await means('all')).toEqual([['all', 'All samples', 5, 0.5249999761581421]])
  expect(await means('class')).toEqual([
    ['0', 'Coat', 2, 0.5],
    ['1', 'Shirt', 2, 0.3125],
  ])
  expect(await means('prediction')).toEqual([
    ['0', 'Coat', 1, 0.75],
    ['1', 'Shirt', 3, Math.fround(0.875 / 3)],
    ['2', 'Bag', 1, 1],
  ])
  expect(await means('correct')).toEqual([
    ['wrong', 'Wrong', 1, 0.25],
    ['correct', 'Correct', 3, Math.fround(1.375 / 3)],
  ])
})

test.each(['all', 'class', 'prediction', 'correct'] as const)(
  'by %s: the statistics of all are those of a filter that all pass',
  async (by) => {
    for (const norm of ['l1', 'l2'] as const) {
      const running = await library.statistics.heads({ runId, by, filter: '', norm })
      expect(await library.statistics.heads({ runId, by, filter: 'conf>=0', norm })).toEqual(running)
    }
  },
)

test('a filter narrows the groups', async () => {
  expect(await means('class', 'correct:true')).toEqual([
    ['0', 'Coat', 1, 0.75],
    ['1', 'Shirt', 2, 0.3125],
  ])
  expect(await means('all', 'path:nowhere')).toEqual([])
})

test('two filters are compared head by head', async () => {
  const difference = await library.statistics.difference({
    runId,
    filterA: 'label:Coat',
    filterB: 'label:Shirt',
    norm: 'l1',
  })
  expect(difference).toMatchObject({ layers: 2, heads: 2, countA: 2, countB: 2 })
  // Means 0.5 and 0.3125, variances 0.125 and 0.0703125: d = 0.1875 / sqrt(0.09765625) = 0.6.
  expect(difference.cohenD[0]).toBeCloseTo(0.6, 6)
  expect(difference.cohenD[1]).toBeCloseTo(-0.6, 6)
  // U = 3 of 4, deviation sqrt(4 / 12 * 5): z = (3 - 2 - 0.5) / 1.29099 = 0.38730.
  expect(difference.p[0]).toBeCloseTo(0.698535, 6)
  expect(difference.q.every((q, i) => q >= difference.p[i]!)).toBe(true)
  const empty = await library.statistics.difference({
    runId,
    filterA: 'label:Coat',
    filterB: 'path:nowhere',
    norm: 'l1',
  })
  expect(empty.countB).toBe(0)
  expect([...empty.p, ...empty.q, ...empty.cohenD].every(Number.isNaN)).toBe(true)
})

test('stratified by label: only samples of one label are compared', async () => {
  // Correct against wrong: Coat has one of each, Shirt only correct ones, the sample without a label neither.
  const within = await library.statistics.difference({
    runId,
    filterA: 'correct:true',
    filterB: 'correct:false',
    norm: 'l1',
    stratified: true,
  })
  expect(within).toMatchObject({ countA: 1, countB: 1, strata: 1 })
  expect([...within.cohenD].every(Number.isNaN)).toBe(true)
  // Both classes have samples on both sides of 0.4: Coat 0.75 and 0.25, Shirt 0.5 and 0.125.
  const heads = await library.statistics.difference({
    runId,
    filterA: 'head(0,0)>0.4',
    filterB: 'head(0,0)<0.4',
    norm: 'l1',
    stratified: true,
  })
  expect(heads).toMatchObject({ countA: 2, countB: 2, strata: 2 })
  // Rank 2 of 2 in both: excess 2 * 0.5 / 3, variance 2 * (1 / 12) * (3 / 9), so that z = sqrt(2).
  expect(heads.p[0]).toBeCloseTo(0.1572992, 6)
  const all = await library.statistics.difference({
    runId,
    filterA: 'label:Coat',
    filterB: 'label:Shirt',
    norm: 'l1',
    stratified: true,
  })
  expect(all).toMatchObject({ countA: 0, countB: 0, strata: 0 })
  expect([...all.p, ...all.q].every(Number.isNaN)).toBe(true)
})
