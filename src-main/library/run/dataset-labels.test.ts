/** The dataset's own labels and splits stay in sight beside the classes that they are matched with. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatasetSample } from '../../datasets/source'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'
import { Library } from '../library'
import { Project } from '../project/project'
import { ensureDataset, registerSamples } from '../samples/sample-keys'
import { enrolSamples } from './enrol-samples'
import { ensureRun, writeMapPrecision } from './run-records'
import { matchRunLabels } from './run-labels'

const folder = mkdtempSync(join(tmpdir(), 'headlight-labels-'))
const path = join(folder, 'P.headlight')
const library = new Library()

/** Labels, splits and predictions; classes are Coat, Shirt and Bag, and "skirt" is matched with Shirt by hand. */
const SAMPLES: [label: string | null, split: string | null, prediction: number][] = [
  ['skirt', 'train', 1],
  ['skirt', 'val', 0],
  ['shirt', 'train', 1],
  ['Coat', 'val', 0],
  ['hat', 'train', 2],
  ['hat', 'val', 0],
  [null, null, 1],
]
const paths = SAMPLES.map((_, i) => `${i + 1}.png`)

beforeAll(async () => {
  const root = join(folder, 'images')
  await writeImages(root, paths)
  const project = Project.create(path)
  const datasetId = ensureDataset(project, root)
  const samples = SAMPLES.map(([label, split], i): DatasetSample => ({
    ...{ path: paths[i] ?? '', label, split, location: join(root, paths[i] ?? ''), mask: null, metadata: null },
  }))
  const registered = await registerSamples(project, datasetId, root, samples, 'list.csv')
  const runId = ensureRun(project, datasetId, definitionOf(root), model, null)
  const classes = new Map([
    ['skirt', null],
    ['shirt', 1],
    ['Coat', 0],
    ['hat', null],
  ])
  const match = project.review.prepare(`INSERT INTO run_label (run_id, folder, class_index) VALUES (?, ?, ?)`)
  for (const [label, classIndex] of classes) match.run(runId, label, classIndex)
  const enrolled = registered.map(({ id, location, label, split }) => ({
    ...{ id, file: location, datasetLabel: label, split, mask: null },
    label: label === null ? null : (classes.get(label) ?? null),
  }))
  enrolSamples(project, runId, enrolled, null)
  writeMapPrecision(project, runId)
  matchRunLabels(project, runId, [['skirt', 1]])
  await project.close()
  await library.project.open({ path })
  await library.runs.commit({
    runId: 1,
    batch: batchOf(await library.runs.pending({ runId: 1, after: -1, limit: 10 }), {
      predictions: SAMPLES.map(([, , prediction]) => prediction),
    }),
  })
})
afterAll(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const find = async (filter: string, sort: 'path' | 'dataset_label' | 'split' = 'path') => [
  ...(await library.samples.query({ runId: 1, filter, sort, descending: false })).ids,
]

test('a sample has both: its label as the dataset writes it, and the class that this means', async () => {
  const rows = await library.samples.rows({ runId: 1, ids: Uint32Array.of(1, 5, 7) })
  expect(rows).toMatchObject([
    { datasetLabel: 'skirt', label: 1, labelName: 'Shirt', split: 'train', correct: true },
    { datasetLabel: 'hat', label: null, labelName: 'hat', split: 'train', correct: null },
    { datasetLabel: null, label: null, labelName: null, split: null },
  ])
})

test.each([
  ['label:skirt', [1, 2]],
  // The dataset's own label, not the class: loosely, since it has no Shirt.
  ['label:Shirt', [3]],
  ['class:Shirt', [1, 2, 3]],
  ['class:1 -label:skirt', [3]],
  ['label:hat', [5, 6]],
  ['label:SKIRT,hat', [1, 2, 5, 6]],
  ['split:train', [1, 3, 5]],
  ['split:VAL class:Shirt', [2]],
  ['-split:train', [2, 4, 6, 7]],
  // A class that no label has the name of.
  ['label:Bag', []],
  ['pred:Bag', [5]],
])('%j finds %j', async (filter, ids) => {
  expect(await find(filter)).toEqual(ids)
})

test.each([
  ['split:test', /no split test; the splits are train, val/],
  ['label:glove', /the dataset has no label glove, and the model has no class glove/],
  ['class:skirt', /no class skirt/],
])('%j is refused', async (filter, sentence) => {
  await expect(find(filter)).rejects.toMatchObject({ message: expect.stringMatching(sentence) })
})

test('facets count labels without a class, classes and splits', async () => {
  const { datasetLabels, labels, splits } = await library.samples.facets({ runId: 1, filter: '' })
  expect(datasetLabels.map(({ name, count, classIndex }) => [name, count, classIndex])).toEqual([
    ['Coat', 1, 0],
    ['hat', 2, null],
    ['shirt', 1, 1],
    ['skirt', 2, 1],
  ])
  expect(labels.map(({ name, count }) => [name, count])).toEqual([
    ['Coat', 1],
    ['Shirt', 3],
  ])
  expect(splits.map(({ name, count }) => [name, count])).toEqual([
    ['train', 3],
    ['val', 3],
  ])
})

test('orders go by the names, samples without one last', async () => {
  expect(await find('', 'dataset_label')).toEqual([4, 5, 6, 3, 1, 2, 7])
  expect(await find('', 'split')).toEqual([1, 3, 5, 2, 4, 6, 7])
})

test('statistics of heads by label have labels that no class is meant by', async () => {
  const groups = async (by: 'class' | 'label' | 'split') =>
    (await library.statistics.heads({ runId: 1, by, filter: '', norm: 'l1' })).groups.map(({ name, count }) => [
      name,
      count,
    ])
  expect(await groups('class')).toEqual([
    ['Coat', 1],
    ['Shirt', 3],
  ])
  expect(await groups('label')).toEqual([
    ['Coat', 1],
    ['hat', 2],
    ['shirt', 1],
    ['skirt', 2],
  ])
  expect(await groups('split')).toEqual([
    ['train', 3],
    ['val', 3],
  ])
})

test('predictions are counted by label, too, also of labels that no class is meant by', async () => {
  const { labels, predictions, counts, datasetLabels } = await library.statistics.confusion({ runId: 1, filter: '' })
  expect([...counts].map((count, i) => [labels[i], predictions[i], count])).toEqual([
    [0, 0, 1],
    [1, 0, 1],
    [1, 1, 2],
  ])
  expect(datasetLabels.map((each) => [each.name, each.classIndex, [...each.predictions], [...each.counts]])).toEqual([
    ['Coat', 0, [0], [1]],
    ['hat', null, [0, 2], [1, 1]],
    ['shirt', 1, [1], [1]],
    ['skirt', 1, [0, 1], [1, 1]],
  ])
  expect((await library.statistics.confusion({ runId: 1, filter: 'label:hat' })).counts).toHaveLength(0)
  expect((await library.statistics.confusion({ runId: 1, filter: 'label:hat' })).datasetLabels).toHaveLength(1)
})

test('another run that takes its labels from elsewhere leaves those of the first alone', async () => {
  await library.project.close()
  const project = Project.open(path)
  const root = join(folder, 'images')
  const samples = paths.map((name): DatasetSample => ({
    ...{ path: name, label: 'Coat', split: 'all', location: join(root, name), mask: null, metadata: null },
  }))
  await registerSamples(project, 1, root, samples, 'another.csv')
  const sources = project.cache
    .prepare(
      `SELECT s.name AS source, n.name AS label FROM sample_label l JOIN label_source s ON s.id = l.source_id
       JOIN label_name n ON n.id = l.label_id WHERE l.sample_id = 1 ORDER BY source`,
    )
    .all()
  expect(sources).toEqual([
    { source: 'another.csv', label: 'Coat' },
    { source: 'list.csv', label: 'skirt' },
  ])
  await project.close()
  await library.project.open({ path })
  expect(await find('label:skirt')).toEqual([1, 2])
  await library.runs.matchLabels({ runId: 1, labelMapping: [['hat', 2]] })
  expect(await library.runs.get({ runId: 1 })).toMatchObject({ labelled: 6, correct: 4 })
})
