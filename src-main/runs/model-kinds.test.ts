/** Whole runs over a few pictures: oblong pictures, sigmoid heads, single logits, contrasts, labels that are missing. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunInfo, StartRun } from '@shared/api'
import { Compute } from '../compute'
import { tinyVit, TINY_WIDTH, type TinyVit } from '@headlight/explain/testing'
import { Library } from '../library/library'
import { predictionTable } from '../exports/tables/predictions'
import { Runs } from './runs'

const compute = new Compute()
let folder: string
let library: Library

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-kinds-'))
  library = new Library()
  await library.project.create({ path: join(folder, 'p.headlight') })
  for (const [index, label] of ['cat', 'dog', 'cat', 'horse'].entries()) {
    mkdirSync(join(folder, 'images', label), { recursive: true })
    const noise = { type: 'gaussian' as const, mean: 60 + 40 * index, sigma: 50 }
    const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: '#888', noise } })
    await picture.png().toFile(join(folder, 'images', label, `${index}.png`))
  }
})

afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

async function run(
  head: TinyVit['head'],
  names: string[],
  request: Partial<StartRun> = {},
  read?: TinyVit['read'],
): Promise<RunInfo> {
  const modelPath = join(folder, 'model.onnx')
  writeFileSync(modelPath, tinyVit({ image: [16, 24], classToken: true, head, ...(read && { read }) }))
  writeFileSync(join(folder, 'labels.txt'), names.join('\n'))
  const runs = new Runs({
    library,
    compute: { acquire: () => compute, end: () => undefined },
    onProgress: () => undefined,
  })
  const started = await runs.start({ modelPath, dataPath: join(folder, 'images'), provider: 'cpu', ...request })
  return runs.ended(started.id)
}

const logits: TinyVit['head'] = ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 3) })
const sigmoids: TinyVit['head'] = ({ g, linear }, read) => ({ p: g.op('Sigmoid', [linear(read, TINY_WIDTH, 3)]) })
const single: TinyVit['head'] = ({ linear }, read) => ({ z: linear(read, TINY_WIDTH, 1) })
const classes = ['cat', 'dog', 'bird']

/** All samples of a run as the window sees them. */
async function details({ id }: RunInfo) {
  const { ids } = await library.samples.query({ runId: id, filter: '', sort: 'path', descending: false })
  return Promise.all([...ids].map((sample) => library.samples.detail({ runId: id, id: sample })))
}

test('oblong pictures have oblong maps, and their probabilities add up', async () => {
  const finished = await run(logits, classes)
  expect(finished).toMatchObject({ state: 'finished', done: 4, failed: 0, labelled: 3 })
  expect(finished.definition.task).toBeUndefined()
  for (const { grid, maps, top } of await details(finished)) {
    expect(grid).toEqual([4, 6])
    expect(maps.map(({ values }) => values.length)).toEqual(maps.map(() => 24))
    expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
  }
})

test('a sigmoid head gives each class a probability of its own', async () => {
  const finished = await run(sigmoids, classes)
  expect(finished).toMatchObject({ state: 'finished', done: 4, definition: { task: 'multi-label' } })
  for (const { row, top } of await details(finished)) {
    for (const { probability, logit } of top) expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5)
    expect(row.prediction).toBe(top[0]!.classIndex)
    expect(row.confidence).toBeCloseTo(top[0]!.probability, 6)
  }
})

test('config.json says that raw logits are multi-label, and a choice overrules nothing that the graph shows', async () => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ problem_type: 'multi_label_classification' }))
  expect((await run(logits, classes)).definition.task).toBe('multi-label')
  rmSync(join(folder, 'config.json'))
  expect((await run(logits, classes, { task: 'multi-label' })).definition.task).toBe('multi-label')
  await expect(run(sigmoids, classes, { task: 'single-label' })).rejects.toThrow('ends in a sigmoid')
})

test("a segmentation's probabilities are shares of places, which no choice changes", async () => {
  mkdirSync(join(folder, 'segmentation'))
  const modelPath = join(folder, 'segmentation/model.onnx')
  copyFileSync('packages/explain/src/explain/fixtures/dense/segmenter/model.onnx', modelPath)
  const finished = await run(logits, [], { modelPath, labelSource: 'none' })
  expect(finished).toMatchObject({ state: 'finished', done: 4, model: { dense: { kind: 'pixels' } } })
  for (const { row, top } of await details(finished)) {
    const shares = top.map(({ probability }) => probability * 64)
    for (const places of shares) expect(places).toBeCloseTo(Math.round(places), 3)
    expect(shares.reduce((sum, places) => sum + places, 0)).toBeCloseTo(64, 3)
    expect(row.confidence).toBeCloseTo(top[0]!.probability, 6)
  }
  await expect(run(logits, [], { modelPath, labelSource: 'none', task: 'multi-label' })).rejects.toThrow('not chosen')
})

/** Every token is a query, with a box of its own. */
const detector: TinyVit['head'] = ({ g, linear }, tokens) => ({
  logits: linear(tokens, TINY_WIDTH, 3),
  pred_boxes: g.op('Sigmoid', [linear(tokens, TINY_WIDTH, 4)]),
})

test('a run of a detector keeps the query that each sample is explained at, and its box', async () => {
  const surest = await run(detector, classes, {}, (_, tokens) => tokens)
  expect(surest).toMatchObject({ state: 'finished', done: 4, model: { dense: { kind: 'queries', queries: 25 } } })
  const found = (await details(surest)).map(({ row }) => row.detection)
  for (const detection of found) {
    expect(detection!.query).toBeGreaterThanOrEqual(0)
    expect(detection!.query).toBeLessThan(25)
    for (const share of detection!.box!) expect(share).toBeGreaterThan(0)
  }
  const of = { target: { kind: 'query' as const, query: 7, classIndex: 1 } }
  const seventh = await details(await run(detector, classes, of, (_, tokens) => tokens))
  expect(seventh.map(({ row }) => row.detection?.query)).toEqual([7, 7, 7, 7])
  // A question about one sample says the same of it.
  const [first] = await details(surest)
  const files = await library.samples.file({ runId: surest.id, id: first!.row.id })
  const { definition, model } = surest
  const asked = await compute.explainSample({
    ...{ modelPath: model.path, expectedHash: model.hash, file: files.file, methods: [] },
    ...{ preprocessing: definition.preprocessing, settings: definition.settings },
    ...{ target: first!.row.prediction!, against: -1 },
  })
  expect(asked.detection?.query).toBe(first!.row.detection?.query)
  asked.detection!.box!.forEach((share, at) => expect(share).toBeCloseTo(first!.row.detection!.box![at]!, 5))
  // The box stands in the table in pixels of the picture, which is 30 x 20.
  const [x, , width] = first!.row.detection!.box!
  const table = await predictionTable({ library, program: 'test', project: 'p' } as never, { run: surest, filter: '' })
  const names = table.columns.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['query', 'box_x1', 'box_y1', 'box_x2', 'box_y2']))
  for await (const { values } of table.blocks()) {
    expect(values[names.indexOf('query')]![0]).toBe(first!.row.detection!.query)
    expect(values[names.indexOf('box_x1')]![0]).toBeCloseTo((x - width / 2) * 30, 4)
    expect(values[names.indexOf('box_x2')]![0]).toBeCloseTo((x + width / 2) * 30, 4)
  }
})

test('a single logit is two classes by its sign', async () => {
  const finished = await run(single, ['cat'], { target: { kind: 'class', classIndex: 0 } })
  expect(finished.definition).toMatchObject({ task: 'binary', labels: ['not cat', 'cat'], name: 'model (not cat)' })
  for (const { row, target, top } of await details(finished)) {
    expect(target).toBe(0)
    expect(row.prediction).toBe(top[0]!.classIndex)
    expect(top[0]!.logit).toBe(-top[1]!.logit)
    expect(top[0]!.probability + top[1]!.probability).toBeCloseTo(1, 6)
    expect(top[0]!.probability).toBeGreaterThanOrEqual(0.5)
  }
})

test('a single value may be a number: shown as it is, explained whatever its sign, compared with no label', async () => {
  // One of the labels is called as the number is.
  const binary = await run(single, ['cat'])
  const number = await run(single, ['cat'], { task: 'regression' })
  expect(number.definition).toMatchObject({
    ...{ task: 'regression', labels: ['minus cat', 'cat'], target: { kind: 'class', classIndex: 1 } },
  })
  expect([binary.labelled, number.labelled, number.correct]).toEqual([2, 0, 0])
  const [asLogit, asNumber] = [await details(binary), await details(number)]
  expect(asLogit.some(({ row }) => row.prediction === 0)).toBe(true)
  for (const [at, { row, target, top }] of asNumber.entries()) {
    const z = asLogit[at]!.top.find(({ classIndex }) => classIndex === 1)!.logit
    expect([row.prediction, target, row.correct, row.label]).toEqual([1, 1, null, null])
    expect(row.datasetLabel).toBe(asLogit[at]!.row.datasetLabel)
    expect([row.confidence, top[0]!.probability, top[0]!.logit]).toEqual([z, z, z])
  }
  // Sorted and filtered by the number itself.
  const query = { runId: number.id, filter: '', sort: 'confidence' as const, descending: true }
  const { ids } = await library.samples.query(query)
  const rows = await library.samples.rows({ runId: number.id, ids })
  const sorted = Array.from(ids, (id) => rows.find((row) => row.id === id)!.confidence!)
  expect(sorted).toEqual([...sorted].sort((a, b) => b - a))
  const above = await library.samples.query({ ...query, filter: 'conf>0' })
  expect(above.ids).toHaveLength(sorted.filter((value) => value > 0).length)
  const matched = library.runs.matchLabels({ runId: number.id, labelMapping: [['dog', 0]] })
  await expect(matched).rejects.toThrow(/explains a number/)
})

test('config.json may say that it is a number; labels are no target of one, and several values are none', async () => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ problem_type: 'regression' }))
  const number = await run(({ linear }, read) => ({ age: linear(read, TINY_WIDTH, 1) }), ['0', '1'])
  expect(number.definition.task).toBe('regression')
  await expect(run(single, ['cat'], { target: { kind: 'label' } })).rejects.toThrow(
    /one number, which is its prediction/,
  )
  await expect(run(logits, classes, { task: 'regression' })).rejects.toThrow(
    /one value an image, and this model gives 3/,
  )
  expect((await run(single, ['cat'], { task: 'binary', name: 'other' })).definition.task).toBe('binary')
})

test('a contrast is a run of its own whose scores are those of the difference', async () => {
  const contrast = await run(logits, classes, { target: { kind: 'contrast', classIndex: 0, againstIndex: 2 } })
  expect(contrast).toMatchObject({ state: 'finished', done: 4, name: 'model (cat - bird)' })
  const plain = await run(logits, classes, { target: { kind: 'class', classIndex: 0 } })
  expect(plain.id).not.toBe(contrast.id)
  const [first, second] = [await details(contrast), await details(plain)]
  first.forEach((detail, index) => {
    expect(detail.target).toBe(0)
    expect(detail.top).toEqual(second[index]!.top)
    expect(detail.headL1).not.toEqual(second[index]!.headL1)
  })
  await expect(
    run(logits, classes, { target: { kind: 'contrast', classIndex: 1, againstIndex: 1 } }),
  ).rejects.toMatchObject({ code: 'usage' })
})

test('contrasts of policies are those of their classes, bit for bit, and leave out what was predicted as its label', async () => {
  // Named so that what the untrained model says of the first cat is right, whatever it says.
  const [firstCat] = await details(await run(logits, classes))
  const others = classes.filter((name) => name !== 'cat')
  const names = classes.map((_, index) => (index === firstCat!.row.prediction ? 'cat' : others.pop()!))
  const plain = await details(await run(logits, names))
  const labelled = plain.filter(({ row }) => row.label !== null)
  const wrong = labelled.filter(({ row }) => row.prediction !== row.label)
  // The picture without a known label and the right ones have no contrast with their label.
  expect(wrong.length).toBeGreaterThan(0)
  expect(wrong.length).toBeLessThan(labelled.length)
  const explicit = async (classIndex: number, againstIndex: number, id: number) => {
    const finished = await run(logits, names, { target: { kind: 'contrast', classIndex, againstIndex }, batch: 1 })
    return library.samples.detail({ runId: finished.id, id })
  }
  for (const kind of ['predicted-label', 'label-predicted', 'predicted-runner-up'] as const) {
    const finished = await run(logits, names, { target: { kind }, batch: 1 })
    const found = await details(finished)
    const withLabel = kind !== 'predicted-runner-up'
    expect(finished).toMatchObject({ state: 'finished', done: withLabel ? wrong.length : 4 })
    for (const [index, detail] of found.entries()) {
      const { row, target, against, headL1, maps } = detail
      const { prediction, label } = plain[index]!.row
      if (withLabel && (label === null || label === prediction)) {
        expect(row.error).toContain(label === null ? 'no label' : 'nothing to set against it')
        expect(maps).toEqual([])
        continue
      }
      const second = withLabel ? label! : plain[index]!.top[1]!.classIndex
      const [plus, minus] = kind === 'label-predicted' ? [second, prediction!] : [prediction!, second]
      expect([target, against]).toEqual([plus, minus])
      const wanted = await explicit(plus, minus, row.id)
      expect(maps.length).toBeGreaterThan(0)
      expect({ headL1, maps }).toEqual({ headL1: wanted.headL1, maps: wanted.maps })
      expect(maps).not.toEqual(plain[index]!.maps)
    }
  }
})

test('a run over labels records images without one, and is refused where there is none at all', async () => {
  const finished = await run(logits, classes, { target: { kind: 'label' } })
  expect(finished).toMatchObject({ state: 'finished', done: 3, failed: 1, labelled: 3, name: 'model (label)' })
  const all = await details(finished)
  expect(all.map(({ target }) => target)).toEqual([0, 0, 1, -1])
  expect(all[3]!.row.error).toContain('no label that the model knows')
  const before = (await library.project.current())!.runs.length
  const flat = { dataPath: join(folder, 'images', 'cat'), target: { kind: 'label' as const } }
  await expect(run(logits, classes, flat)).rejects.toMatchObject({ code: 'no-label' })
  expect((await library.project.current())!.runs).toHaveLength(before)
})
