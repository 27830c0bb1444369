/** Results belong to the run that they were computed for, whatever becomes of the two files that know its number. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunInfo } from '@shared/api'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'

let folder: string
let path: string
let library: Library

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-lineage-'))
  path = join(folder, 'P.headlight')
  library = new Library()
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const FIRST = ['Coat/1.png', 'Coat/2.png', 'Shirt/3.png', 'Shirt/4.png']
const SECOND = ['Bag/a.png', 'Bag/b.png', 'hat/c.png', 'hat/d.png']

async function begin(dataset: string, names: readonly string[], settings = {}): Promise<RunInfo> {
  const data = join(folder, dataset)
  await writeImages(data, names)
  return library.runs.begin({
    definition: { ...definitionOf(data), name: dataset, ...settings },
    model,
    certificate: null,
  })
}

/** Computes the samples of a run, each as `prediction`. */
async function compute(run: RunInfo, prediction: number): Promise<void> {
  const pending = await library.runs.pending({ runId: run.id, after: -1, limit: 100 })
  await library.runs.commit({ runId: run.id, batch: batchOf(pending, { predictions: pending.map(() => prediction) }) })
  await library.runs.setState({ runId: run.id, state: 'finished' })
}

async function rowsOf(runId: number) {
  const { ids } = await library.samples.query({ runId, filter: '', sort: 'path', descending: false })
  return library.samples.rows({ runId, ids })
}
const pathsOf = async (runId: number) => (await rowsOf(runId)).map((row) => row.path)

/** A project whose review file is older than the results of the run "first". */
async function recovered(): Promise<void> {
  await library.project.create({ path })
  await library.project.close()
  const backup = readFileSync(join(path, 'review.backup.sqlite.gz'))
  await library.project.open({ path })
  await compute(await begin('first', FIRST), 1)
  await library.project.close()
  writeFileSync(join(path, 'review.sqlite'), gunzipSync(backup))
}

/** The review file goes, with every copy of it. */
function loseReview(): void {
  for (const name of readdirSync(path)) if (name.startsWith('review')) rmSync(join(path, name))
}

describe('after recovering review.sqlite from a backup that is older than a run', () => {
  test('a new run has its own samples and begins with nothing done', async () => {
    await recovered()
    await library.project.open({ path })
    const run = await begin('second', SECOND)
    expect(run).toMatchObject({ id: 2, state: 'pending', total: 4, done: 0, correct: 0 })
    expect(await pathsOf(run.id)).toEqual(SECOND)
    await compute(run, 2)
    expect(await library.runs.get({ runId: run.id })).toMatchObject({ done: 4, labelled: 2, correct: 2 })
  })

  test('the results are offered, and given back as they were', async () => {
    await recovered()
    const { runs, unclaimed } = await library.project.open({ path })
    expect(runs).toEqual([])
    expect(unclaimed).toMatchObject([
      { id: 1, name: 'first', samples: 4, model: 'tiny.onnx', dataset: join(folder, 'first'), restorable: true },
    ])
    const other = await begin('second', SECOND)
    const after = await library.runs.restore({ runId: 1 })
    expect(after.unclaimed).toEqual([])
    expect(after.runs).toMatchObject([
      { id: 1, name: 'first', state: 'finished', done: 4, correct: 2, labelled: 4 },
      { id: 2, name: 'second', done: 0 },
    ])
    expect((await rowsOf(1)).map((row) => [row.path, row.labelName, row.prediction, row.correct])).toEqual([
      ['Coat/1.png', 'Coat', 1, false],
      ['Coat/2.png', 'Coat', 1, false],
      ['Shirt/3.png', 'Shirt', 1, true],
      ['Shirt/4.png', 'Shirt', 1, true],
    ])
    expect(await library.runs.labels({ runId: 1 })).toMatchObject([
      { folder: 'Coat', classIndex: 0, count: 2 },
      { folder: 'Shirt', classIndex: 1, count: 2 },
    ])
    expect(await pathsOf(other.id)).toEqual(SECOND)
    await library.project.close()
    expect(await library.project.open({ path })).toMatchObject({
      notices: [],
      unclaimed: [],
      runs: [{ id: 1 }, { id: 2 }],
    })
  })

  test('or removed, and their number is not used again', async () => {
    await recovered()
    await library.project.open({ path })
    expect((await library.runs.removeUnclaimed({ runId: 1 })).unclaimed).toEqual([])
    await expect(library.runs.restore({ runId: 1 })).rejects.toMatchObject({ code: 'not-found' })
    await library.project.close()
    await library.project.open({ path })
    expect((await begin('first', FIRST)).id).toBe(2)
  })

  test('a dataset that comes again keeps the numbers of its samples, so that a run over it has room for the other', async () => {
    await recovered()
    await library.project.open({ path })
    const again = await begin('first', FIRST, { limit: 3 })
    expect(again).toMatchObject({ id: 2, done: 0 })
    await library.runs.restore({ runId: 1 })
    const [restored, anew] = [await rowsOf(1), await rowsOf(2)]
    expect(anew.map((row) => [row.id, row.path])).toEqual(restored.slice(0, 3).map((row) => [row.id, row.path]))
  })

  test('the very run computed again is not joined with the former results, which say so', async () => {
    await recovered()
    await library.project.open({ path })
    const again = await begin('first', FIRST)
    expect(again).toMatchObject({ id: 2, done: 0 })
    await expect(library.runs.restore({ runId: 1 })).rejects.toMatchObject({ code: 'usage' })
    expect((await library.runs.removeUnclaimed({ runId: 1 })).runs).toMatchObject([{ id: 2 }])
  })

  test('labels follow the matching that was restored', async () => {
    await library.project.create({ path })
    const run = await begin('first', FIRST)
    await compute(run, 1)
    await library.project.close()
    copyFileSync(join(path, 'review.sqlite'), join(folder, 'before'))
    await library.project.open({ path })
    await library.runs.matchLabels({ runId: run.id, labelMapping: [['Coat', 1]] })
    expect((await library.runs.get({ runId: run.id })).correct).toBe(4)
    await library.project.close()
    copyFileSync(join(folder, 'before'), join(path, 'review.sqlite'))
    const { runs } = await library.project.open({ path })
    expect(runs).toMatchObject([{ id: 1, done: 4, correct: 2 }])
    expect((await rowsOf(1)).map((row) => row.label)).toEqual([0, 0, 1, 1])
  })
})

test('without review.sqlite and without a backup, results are offered to the new one', async () => {
  await library.project.create({ path })
  await compute(await begin('first', FIRST), 0)
  await library.project.close()
  loseReview()
  const { runs, unclaimed } = await library.project.open({ path })
  expect(runs).toEqual([])
  expect(unclaimed).toMatchObject([{ id: 1, name: 'first', samples: 4 }])
  expect(await begin('second', SECOND)).toMatchObject({ id: 2, done: 0 })
  await library.runs.restore({ runId: 1 })
  expect(await pathsOf(1)).toEqual(FIRST)
  expect(await pathsOf(2)).toEqual(SECOND)
})

test('the cache of another project is set aside, and can be opened by itself', async () => {
  const other = join(folder, 'Q.headlight')
  for (const [project, dataset, names] of [
    [path, 'first', FIRST],
    [other, 'second', SECOND],
  ] as const) {
    await library.project.create({ path: project })
    await compute(await begin(dataset, names), 0)
    await library.project.close()
  }
  copyFileSync(join(other, 'cache.sqlite'), join(path, 'cache.sqlite'))
  const { runs, notices, unclaimed } = await library.project.open({ path })
  expect(notices).toHaveLength(1)
  expect(notices[0]).toMatch(/^cache\.sqlite does not belong to this review\.sqlite \(run 1 is “first”/)
  expect(unclaimed).toEqual([])
  expect(runs).toMatchObject([{ id: 1, name: 'first', done: 0, total: 0 }])
  const aside = readdirSync(path).find((name) => name.startsWith('cache.unrelated-') && name.endsWith('.sqlite'))
  await library.project.close()

  const alone = join(folder, 'Alone.headlight')
  mkdirSync(alone)
  copyFileSync(join(path, aside ?? ''), join(alone, 'cache.sqlite'))
  expect((await library.project.open({ path: alone })).unclaimed).toMatchObject([{ name: 'second', samples: 4 }])
  await library.runs.restore({ runId: 1 })
  expect(await pathsOf(1)).toEqual(SECOND)
})

test('two files that went apart are not joined although their runs agree: the first sample of which they disagree is named', async () => {
  await library.project.create({ path })
  await compute(await begin('first', FIRST), 0)
  await library.project.close()
  const copy = join(folder, 'Copy.headlight')
  mkdirSync(copy)
  for (const name of ['review.sqlite', 'cache.sqlite']) copyFileSync(join(path, name), join(copy, name))
  for (const [project, dataset] of [
    [path, 'left'],
    [copy, 'right'],
  ] as const) {
    await library.project.open({ path: project })
    await begin(dataset, [`Coat/${dataset}.png`])
    await library.project.close()
  }
  // As a user does who deletes the new run, or whose backup does not have it.
  const review = new Sqlite(join(path, 'review.sqlite'))
  review.exec(`DELETE FROM run_label WHERE run_id = 2; DELETE FROM run WHERE id = 2`)
  review.close()
  copyFileSync(join(copy, 'cache.sqlite'), join(path, 'cache.sqlite'))
  const { notices } = await library.project.open({ path })
  expect(notices[0]).toMatch(/left in review\.sqlite, and .*right in cache\.sqlite/)
})

test('results that a former version had joined to another run are found by their samples', async () => {
  await library.project.create({ path })
  await compute(await begin('first', FIRST), 0)
  await library.project.close()
  // What a former version left: the number of the run and of its samples, and nothing that tells them apart.
  const cache = new Sqlite(join(path, 'cache.sqlite'))
  cache.exec(`DELETE FROM run_identity; DELETE FROM dataset_identity; DELETE FROM lineage`)
  cache.close()
  const review = new Sqlite(join(path, 'review.sqlite'))
  review.exec(`UPDATE sample_key SET path = 'another/' || id`)
  review.close()
  const { notices, runs } = await library.project.open({ path })
  expect(notices[0]).toMatch(/sample 1 is another\/1 of dataset 1 in review\.sqlite, and Coat\/1\.png of dataset 1/)
  expect(runs).toMatchObject([{ done: 0 }])
})

test('the cache says by itself where the scores of a layer begin', async () => {
  await library.project.create({ path })
  await begin('first', FIRST)
  await library.project.close()
  const cache = new Sqlite(join(path, 'cache.sqlite'), { readonly: true })
  expect(cache.prepare(`SELECT run_id, layer, first, heads FROM head_layer ORDER BY layer`).raw().all()).toEqual([
    [1, 0, 0, 2],
    [1, 1, 2, 2],
  ])
  cache.close()
})

test('a cut between the two files loses nothing: what only one of them knows is no conflict', async () => {
  await library.project.create({ path })
  const run = await begin('first', FIRST)
  await compute(run, 0)
  await library.project.close()
  const cache = new Sqlite(join(path, 'cache.sqlite'))
  cache.exec(
    `UPDATE lineage SET session = 'another'; DELETE FROM sample WHERE id = 4; UPDATE run_identity SET name = ''`,
  )
  cache.close()
  expect(await library.project.open({ path })).toMatchObject({
    notices: [],
    unclaimed: [],
    runs: [{ name: 'first', done: 4 }],
  })
})
