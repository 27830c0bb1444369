import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LabelMapping, RunInfo } from '@shared/api'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'
import { teachRowChecksum } from '../stored/row-checksum'

let folder: string
let library: Library

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-labels-'))
  library = new Library()
  await writeImages(join(folder, 'images'), [
    ...['Coat/1.png', 'Coat/2.png', 'Shirt/3.png', 'Shirt/4.png'],
    ...['Sack/5.png', 'Sack/6.png', 'other/7.png', 'top.png'],
  ])
  await library.project.create({ path: join(folder, 'P.headlight') })
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

/** The order of samples is that of paths: Coat, Sack, Shirt, other, top. The last but one of them stays pending. */
async function computed(labelMapping: LabelMapping, name: string): Promise<RunInfo> {
  const definition = { ...definitionOf(join(folder, 'images')), labelMapping, name }
  const run = await library.runs.begin({ definition, model, certificate: null })
  const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 100 })
  const results = samples.filter(({ file }) => !String(file).includes('other'))
  await library.runs.commit({ runId: run.id, batch: batchOf(results, { predictions: [0, 1, 2, 0, 1, 1, 2] }) })
  return library.runs.get({ runId: run.id })
}

/** Everything that depends on labels. */
async function derived({ id }: RunInfo) {
  const { done, failed, correct, labelled, total } = await library.runs.get({ runId: id })
  const query = (filter: string) =>
    library.samples.query({ runId: id, filter, sort: 'confidence', descending: true }).then(({ ids }) => [...ids])
  const { ids } = await library.samples.query({ runId: id, filter: '', sort: 'path', descending: false })
  return {
    counts: { done, failed, correct, labelled, total },
    rows: await library.samples.rows({ runId: id, ids }),
    facets: await library.samples.facets({ runId: id, filter: '' }),
    confusion: await library.statistics.confusion({ runId: id, filter: '' }),
    byClass: await library.statistics.heads({ runId: id, by: 'class', filter: '', norm: 'l1' }),
    byCorrect: await library.statistics.heads({ runId: id, by: 'correct', filter: '', norm: 'l2' }),
    wrong: await query('correct:false'),
    bags: await query('label:Bag'),
    strong: await query('label:Coat head(0,0)>0'),
  }
}

const MENDED: LabelMapping = [
  ['Sack', 2],
  ['Shirt', null],
  ['other', 1],
]

test('labels that are matched later give what a run with that matching gives', async () => {
  const run = await computed([], 'first')
  const before = await derived(run)
  const fresh = await computed(MENDED, 'fresh')
  const mended = await library.runs.matchLabels({ runId: run.id, labelMapping: MENDED })
  expect(await derived(run)).toEqual(await derived(fresh))
  expect(await derived(run)).not.toEqual(before)
  expect(mended).toMatchObject({ labelled: 4, correct: 2 })
  // With the columns written anew, and after the pending sample is computed.
  await library.project.close()
  await library.project.open({ path: join(folder, 'P.headlight') })
  expect(await derived(run)).toEqual(await derived(fresh))
  for (const { id } of [run, fresh]) {
    await library.runs.commit({
      runId: id,
      batch: batchOf(await library.runs.pending({ runId: id, after: -1, limit: 10 }), { predictions: [1] }),
    })
  }
  expect(await derived(run)).toEqual(await derived(fresh))
  expect((await library.runs.get({ runId: run.id })).labelled).toBe(5)
  // And back: nothing but the memory of a choice stays.
  await library.runs.matchLabels({
    runId: fresh.id,
    labelMapping: [
      ['Sack', null],
      ['Shirt', 1],
      ['other', null],
    ],
  })
  const { counts, ...now } = await derived(fresh)
  expect(counts).toEqual({ ...before.counts, done: before.counts.done + 1 })
  expect(now.wrong).toEqual(before.wrong)
})

test('the matching is listed, kept in the definition, and outlives resuming the run as it began', async () => {
  const run = await computed([], 'first')
  expect(await library.runs.labels({ runId: run.id })).toEqual([
    { folder: 'Coat', count: 2, classIndex: 0, by: null },
    { folder: 'Sack', count: 2, classIndex: null, by: null },
    { folder: 'Shirt', count: 2, classIndex: 1, by: null },
    { folder: 'other', count: 1, classIndex: null, by: null },
  ])
  await library.runs.matchLabels({ runId: run.id, labelMapping: [['Sack', 2]] })
  expect((await library.runs.labels({ runId: run.id }))[1]).toEqual({
    folder: 'Sack',
    count: 2,
    classIndex: 2,
    by: 'given',
  })
  const resumed = await library.runs.begin({ definition: run.definition, model, certificate: null })
  expect(resumed.id).toBe(run.id)
  expect(resumed.definition).toEqual({ ...run.definition, labelMapping: [['Sack', 2]] })
  expect(resumed.labelled).toBe(6)
})

test('a run that explains the label, unknown labels and unknown classes are refused', async () => {
  const definition = { ...definitionOf(join(folder, 'images')), target: { kind: 'label' } as const }
  const ofLabel = await library.runs.begin({ definition, model, certificate: null })
  await expect(library.runs.matchLabels({ runId: ofLabel.id, labelMapping: MENDED })).rejects.toThrow(
    /explains the label.*new run/,
  )
  const run = await computed([], 'first')
  const before = await derived(run)
  await expect(library.runs.matchLabels({ runId: run.id, labelMapping: [['Hat', 1]] })).rejects.toThrow('no label Hat')
  await expect(
    library.runs.matchLabels({
      runId: run.id,
      labelMapping: [
        ['Sack', 2],
        ['Shirt', 3],
      ],
    }),
  ).rejects.toThrow('the model has 3')
  expect(await derived(run)).toEqual(before)
})

test('a change that was cut off between the two files is finished when the project is opened', async () => {
  const run = await computed([], 'first')
  const fresh = await computed([['Sack', 2]], 'fresh')
  await library.project.close()
  const review = new Sqlite(join(folder, 'P.headlight', 'review.sqlite'))
  teachRowChecksum(review)
  review.exec(`UPDATE run_label SET class_index = 2 WHERE run_id = ${run.id} AND folder = 'Sack';
    INSERT INTO setting VALUES ('relabelled-runs', '[${run.id}]')`)
  review.close()
  await library.project.open({ path: join(folder, 'P.headlight') })
  expect(await derived(run)).toEqual(await derived(fresh))
})
