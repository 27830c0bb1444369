import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { greyPng } from '../datasets/grey-png'
import { containerOf } from '../datasets/location'
import { Library } from './library'
import { batchOf, definitionOf, model, writeImages } from './library-fixture'

let folder: string
let library: Library

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-library-'))
  library = new Library()
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

async function begin(names: string[], limit: number | null = null) {
  const data = join(folder, 'images')
  await writeImages(data, names)
  await library.project.create({ path: join(folder, 'P.headlight') })
  return library.runs.begin({ definition: { ...definitionOf(data), limit }, model, certificate: null })
}
const FOUR = ['Coat/1.png', 'Coat/2.png', 'Shirt/10.png', 'Shirt/9.png']

describe('a run', () => {
  test('knows its samples, their labels and masks', async () => {
    mkdirSync(join(folder, 'masks', 'Coat'), { recursive: true })
    writeFileSync(join(folder, 'masks', 'Coat', '2.png'), greyPng(2, 1, Uint8Array.of(0, 255)))
    const run = await begin([...FOUR, 'other/x.png', 'top.png'])
    expect(run).toMatchObject({ id: 1, state: 'pending', total: 6, done: 0, failed: 0 })
    const pending = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    expect(pending.map(({ label }) => label)).toEqual([0, 0, 1, 1, null, null])
    expect(pending[1]?.mask).toBe(join(folder, 'masks', 'Coat', '2.png'))
    expect(pending[1]?.reading).toEqual({ inside: { by: 'value', value: 255 }, void: null, known: [0, 255] })
    expect([pending[0]?.mask, pending[0]?.reading]).toEqual([null, null])
    expect(
      (await library.runs.pending({ runId: run.id, after: pending[3]?.id ?? -1, limit: 1 })).map(({ file }) => file),
    ).toEqual([join(folder, 'images', 'other', 'x.png')])
  })

  test('resumes under an equal definition, and is another run under another model or other settings', async () => {
    const run = await begin(FOUR)
    const again = { ...run.definition, batch: 3, modelPath: '/elsewhere/model.onnx' }
    expect((await library.runs.begin({ definition: again, model, certificate: null })).id).toBe(run.id)
    expect((await library.runs.get({ runId: run.id })).definition.modelPath).toBe('/elsewhere/model.onnx')
    const other = { ...model, hash: 'ff' }
    expect((await library.runs.begin({ definition: run.definition, model: other, certificate: null })).id).not.toBe(
      run.id,
    )
    const labelled = { ...run.definition, target: { kind: 'label' } as const }
    expect((await library.runs.begin({ definition: labelled, model, certificate: null })).id).not.toBe(run.id)
  })

  test('keeps results and ids when files come and go', async () => {
    const run = await begin(FOUR)
    const before = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    await library.runs.commit({ runId: run.id, batch: batchOf(before.slice(0, 1), { predictions: [0] }) })
    await writeImages(join(folder, 'images'), ['Coat/1a.png'])
    rmSync(join(folder, 'images', 'Shirt', '9.png'))
    const resumed = await library.runs.begin({ definition: run.definition, model, certificate: null })
    expect(resumed).toMatchObject({ id: run.id, total: 4, done: 1 })
    const { ids } = await library.samples.query({ runId: run.id, filter: '', sort: 'path', descending: false })
    const rows = await library.samples.rows({ runId: run.id, ids })
    expect(rows.map(({ path }) => path)).toEqual(['Coat/1.png', 'Coat/1a.png', 'Coat/2.png', 'Shirt/10.png'])
    expect(rows[0]?.id).toBe(before[0]?.id)
    expect(rows[0]?.prediction).toBe(0)
  })

  test('takes only the first samples under a limit', async () => {
    const run = await begin(FOUR, 2)
    expect(run.total).toBe(2)
    expect((await library.runs.pending({ runId: run.id, after: -1, limit: 10 })).length).toBe(2)
  })

  test('counts a batch once however often it is sent', async () => {
    const run = await begin(FOUR)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    const batch = batchOf(samples.slice(0, 3), { predictions: [0, 1, 1] })
    const counts = { done: 3, failed: 0, correct: 2, labelled: 3 }
    expect(await library.runs.commit({ runId: run.id, batch })).toEqual(counts)
    const first = await library.statistics.heads({ runId: run.id, by: 'class', filter: '', norm: 'l1' })
    expect(await library.runs.commit({ runId: run.id, batch })).toEqual(counts)
    expect(await library.statistics.heads({ runId: run.id, by: 'class', filter: '', norm: 'l1' })).toEqual(first)
    expect((await library.runs.pending({ runId: run.id, after: -1, limit: 10 })).map(({ id }) => id)).toEqual([
      samples[3]?.id,
    ])
    expect(await library.runs.get({ runId: run.id })).toMatchObject(counts)
  })

  test('keeps errors as results of their samples, and tries them again once the file has changed', async () => {
    const run = await begin(FOUR)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    const error = { id: samples[1]?.id ?? 0, code: 'unreadable-image', message: 'Coat/2.png is cut off.' }
    const batch = { ...batchOf(samples.slice(0, 1), { predictions: [0] }), errors: [error] }
    expect(await library.runs.commit({ runId: run.id, batch })).toMatchObject({ done: 1, failed: 1 })
    expect(await library.runs.commit({ runId: run.id, batch })).toMatchObject({ done: 1, failed: 1 })
    const { ids } = await library.samples.query({
      runId: run.id,
      filter: 'error:true',
      sort: 'path',
      descending: false,
    })
    expect((await library.samples.rows({ runId: run.id, ids })).map((row) => row.error)).toEqual([
      'Coat/2.png is cut off.',
    ])
    expect(await library.runs.begin({ definition: run.definition, model, certificate: null })).toMatchObject({
      failed: 1,
    })

    const file = containerOf(samples[1]?.file ?? '')
    await new Promise((resolve) => setTimeout(resolve, 20))
    writeFileSync(file, 'mended')
    expect(await library.runs.begin({ definition: run.definition, model, certificate: null })).toMatchObject({
      failed: 0,
      done: 1,
    })
    expect((await library.runs.pending({ runId: run.id, after: -1, limit: 1 }))[0]?.id).toBe(error.id)
    expect(
      await library.runs.commit({ runId: run.id, batch: batchOf(samples.slice(1, 2), { predictions: [0] }) }),
    ).toMatchObject({
      done: 2,
      failed: 0,
      correct: 2,
    })
  })

  test('refuses a batch whose shapes are not the model’s', async () => {
    const run = await begin(FOUR)
    const batch = batchOf(await library.runs.pending({ runId: run.id, after: -1, limit: 2 }), { predictions: [0, 0] })
    await expect(library.runs.commit({ runId: run.id, batch: { ...batch, layers: 3 } })).rejects.toMatchObject({
      code: 'internal',
    })
  })

  test('that was cut off is paused when the project is opened again, and keeps everything', async () => {
    const run = await begin(FOUR)
    await library.runs.commit({
      runId: run.id,
      batch: batchOf(await library.runs.pending({ runId: run.id, after: -1, limit: 2 }), { predictions: [0, 0] }),
    })
    await library.runs.setState({ runId: run.id, state: 'running' })
    await library.runs.setProvider({ runId: run.id, provider: 'cpu' })
    const before = await library.samples.detail({ runId: run.id, id: 1 })
    await library.project.close()
    const [opened] = (await library.project.open({ path: join(folder, 'P.headlight') })).runs
    expect(opened).toMatchObject({ state: 'paused', provider: 'cpu', done: 2, total: 4, error: null })
    expect(await library.samples.detail({ runId: run.id, id: 1 })).toEqual(before)
    await library.runs.setState({ runId: run.id, state: 'failed', error: { code: 'internal', message: 'It broke.' } })
    expect(await library.runs.get({ runId: run.id })).toMatchObject({
      state: 'failed',
      error: 'It broke.',
      errorCode: 'internal',
    })
  })
})

describe('results', () => {
  test('come back exactly as they were committed', async () => {
    const run = await begin(FOUR)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    const batch = batchOf(samples, { predictions: [0, 1, 1, 0] })
    await library.runs.commit({ runId: run.id, batch })
    const ids = Uint32Array.of(samples[2]?.id ?? 0, 999, samples[0]?.id ?? 0)
    const maps = await library.samples.maps({ runId: run.id, ids, method: 'gmar_l1' })
    expect(maps.grid).toEqual([2, 3])
    expect([...maps.ids]).toEqual([ids[0], ids[2]])
    expect([...maps.values]).toEqual([
      ...(batch.maps[0]?.values.subarray(12, 18) ?? []),
      ...(batch.maps[0]?.values.subarray(0, 6) ?? []),
    ])
    const detail = await library.samples.detail({ runId: run.id, id: samples[1]?.id ?? 0 })
    expect(detail.headL1).toEqual(batch.headL1?.slice(4, 8))
    expect(detail.headL2).toEqual(batch.headL2?.slice(4, 8))
    expect(detail.top[0]).toMatchObject({ classIndex: 1, name: 'Shirt' })
    expect(detail.row).toMatchObject({ correct: false, labelName: 'Coat', width: 8, height: 6 })
    expect(detail.maps.map(({ method }) => method)).toEqual(['gmar_l1'])
    expect(detail.maps[0]?.values).toEqual(batch.maps[0]?.values.slice(6, 12))
  })

  test('sort by any key with samples without a value last', async () => {
    const run = await begin(FOUR)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    await library.runs.commit({
      runId: run.id,
      batch: batchOf(samples.slice(0, 3), { predictions: [0, 1, 1], confidences: [0.5, 0.9, 0.7] }),
    })
    const query = async (sort: 'confidence' | 'correct', descending: boolean) => {
      const { ids, total } = await library.samples.query({ runId: run.id, filter: '', sort, descending })
      expect(total).toBe(4)
      return (await library.samples.rows({ runId: run.id, ids })).map(({ path }) => path)
    }
    expect(await query('confidence', true)).toEqual(['Coat/2.png', 'Shirt/9.png', 'Coat/1.png', 'Shirt/10.png'])
    expect(await query('confidence', false)).toEqual(['Coat/1.png', 'Shirt/9.png', 'Coat/2.png', 'Shirt/10.png'])
    expect(await query('correct', false)).toEqual(['Coat/2.png', 'Coat/1.png', 'Shirt/9.png', 'Shirt/10.png'])
  })

  test('are counted by facet', async () => {
    const run = await begin(FOUR)
    await library.runs.commit({
      runId: run.id,
      batch: batchOf(await library.runs.pending({ runId: run.id, after: -1, limit: 3 }), { predictions: [0, 1, 1] }),
    })
    expect(await library.samples.facets({ runId: run.id, filter: '' })).toEqual({
      labels: [
        { value: 0, name: 'Coat', count: 2 },
        { value: 1, name: 'Shirt', count: 2 },
      ],
      datasetLabels: [
        { value: 1, name: 'Coat', count: 2, classIndex: 0 },
        { value: 2, name: 'Shirt', count: 2, classIndex: 1 },
      ],
      splits: [],
      predictions: [
        { value: 0, name: 'Coat', count: 1 },
        { value: 1, name: 'Shirt', count: 2 },
      ],
      correct: 2,
      wrong: 1,
      errors: 0,
    })
    expect((await library.samples.facets({ runId: run.id, filter: 'correct:false' })).labels).toEqual([
      { value: 0, name: 'Coat', count: 1 },
    ])
  })

  test('of localisation are averaged over the samples that have a mask', async () => {
    for (const name of FOUR.filter((path) => path !== 'Shirt/10.png')) {
      mkdirSync(join(folder, 'masks', dirname(name)), { recursive: true })
      writeFileSync(join(folder, 'masks', name), greyPng(2, 1, Uint8Array.of(0, 255)))
    }
    const run = await begin(FOUR)
    const batch = batchOf(await library.runs.pending({ runId: run.id, after: -1, limit: 3 }), {
      predictions: [0, 1, 1],
    })
    batch.localisation = [
      {
        method: 'gmar_l1',
        pointing: Float32Array.of(1, NaN, 0),
        energy: Float32Array.of(0.5, NaN, 0.25),
        iou: Float32Array.of(0.75, NaN, 0.25),
      },
    ]
    const message = 'The mask has no pixel of 255: its values are 0.'
    batch.unmeasured = [{ id: batch.ids[1]!, kind: 'empty', message }]
    await library.runs.commit({ runId: run.id, batch })
    const rule = 'binary mask, 255 inside'
    const all = { method: 'gmar_l1', count: 2, pointing: 0.5, energy: 0.375, iou: 0.5 }
    const without = { noLabel: 0, unreadable: 0, 'other-values': 0, empty: 1, 'out-of-sight': 0, notKept: 0 }
    expect(await library.statistics.localisation({ runId: run.id, filter: '' })).toEqual([{ ...all, rule, without }])
    expect(await library.statistics.localisation({ runId: run.id, filter: 'label:Coat' })).toEqual([
      { method: 'gmar_l1', count: 1, pointing: 1, energy: 0.5, iou: 0.75, rule, without },
    ])
    const [measured, unmeasured] = await Promise.all(
      FOUR.slice(0, 2).map((_, i) => library.samples.detail({ runId: run.id, id: i + 1 })),
    )
    expect(measured?.localisation).toEqual([{ method: 'gmar_l1', rule, pointing: 1, energy: 0.5, iou: 0.75 }])
    expect(unmeasured).not.toHaveProperty('localisation')
    expect(unmeasured?.unmeasured).toEqual({ kind: 'empty', message })
    expect(await library.runs.unmeasured({ runId: run.id })).toEqual([
      { kind: 'empty', count: 1, examples: [{ id: 2, path: FOUR[1], message }] },
    ])
  })

  test('against index masks are of the own class of a sample, and the rule stays with the run', async () => {
    for (const [name, values] of [
      ['Coat/1.png', [0, 15, 15, 255]],
      ['Shirt/9.png', [0, 12, 15, 15]],
    ] as const) {
      mkdirSync(join(folder, 'masks', dirname(name)), { recursive: true })
      writeFileSync(join(folder, 'masks', name), greyPng(4, 1, Uint8Array.from(values)))
    }
    const run = await begin(FOUR)
    // Two classes in one mask, and names that are in no list: which index is which label cannot be told.
    expect(run.definition.maskRule).toMatchObject({ kind: 'indices', inside: { by: 'class', values: {} } })
    expect(run.listed.problems.join()).toMatch(/could not be told/)
    expect((await library.runs.pending({ runId: run.id, after: -1, limit: 9 })).map(({ mask }) => mask)).toEqual([
      null,
      null,
      null,
      null,
    ])
    const asked = { ...run.definition, maskKind: 'instances' as const }
    const other = await library.runs.begin({ definition: asked, model, certificate: null })
    expect(other.id).not.toBe(run.id)
    expect(other.definition.maskRule).toMatchObject({ kind: 'instances', void: 255 })
    // What the masks look like later changes nothing.
    writeFileSync(join(folder, 'masks', 'Coat', '1.png'), greyPng(4, 1, Uint8Array.of(0, 255, 255, 0)))
    writeFileSync(join(folder, 'masks', 'Shirt', '9.png'), greyPng(4, 1, Uint8Array.of(0, 255, 255, 0)))
    expect((await library.runs.begin({ definition: run.definition, model, certificate: null })).id).toBe(run.id)
    expect((await library.runs.get({ runId: run.id })).definition.maskRule).toEqual(run.definition.maskRule)
  })

  test('of a run of a former version stay as they were read', async () => {
    const run = await begin(FOUR)
    const batch = batchOf(await library.runs.pending({ runId: run.id, after: -1, limit: 1 }), { predictions: [0] })
    const measured = { pointing: Float32Array.of(1), energy: Float32Array.of(0.5), iou: Float32Array.of(0.75) }
    batch.localisation = [{ method: 'gmar_l1', ...measured }]
    await library.runs.commit({ runId: run.id, batch })
    mkdirSync(join(folder, 'masks', 'Coat'), { recursive: true })
    writeFileSync(join(folder, 'masks', 'Coat', '2.png'), greyPng(4, 1, Uint8Array.of(0, 15, 15, 255)))
    const resumed = await library.runs.begin({ definition: run.definition, model, certificate: null })
    expect(resumed.definition.maskRule).toMatchObject({
      inside: { by: 'brightness' },
      why: 'Former versions read every mask so.',
    })
  })

  test('of localisation are compared between two groups, over all labels and within them', async () => {
    const run = await begin(FOUR)
    const batch = batchOf(await library.runs.pending({ runId: run.id, after: -1, limit: 4 }), {
      predictions: [0, 1, 1, 1],
    })
    batch.localisation = [
      {
        method: 'gmar_l1',
        pointing: Float32Array.of(1, 0, 0, 1),
        energy: Float32Array.of(0.5, 0.25, 0.125, 0.25),
        iou: Float32Array.of(0.75, 0.25, 0.25, 0.5),
      },
    ]
    await library.runs.commit({ runId: run.id, batch })
    const between = async (a: string, b: string, stratified: boolean) =>
      library.statistics.localisationDifference({ runId: run.id, filterA: a, filterB: b, stratified })
    const [overall] = await between('pred:Coat', 'pred:Shirt', false)
    expect(overall).toMatchObject({ method: 'gmar_l1', countA: 1, countB: 3 })
    expect(overall?.energy.meanA).toBe(0.5)
    expect(overall?.energy.meanB).toBeCloseTo((0.25 + 0.125 + 0.25) / 3, 12)
    // Deviation within groups: sqrt(2 * (0.125 / 3) ** 2 + (0.25 / 3) ** 2, halved) = 0.0722.
    expect(overall?.energy.cohenD).toBeCloseTo(0.2916667 / 0.0721688, 4)
    // U = 3 of 3: z = (3 - 1.5 - 0.5) / sqrt(3 / 12 * (5 - 6 / 12)).
    expect(overall?.energy.p).toBeCloseTo(0.3458, 3)
    expect(overall?.energy.q).toBeGreaterThanOrEqual(overall?.energy.p ?? 1)
    // Only Coat is in both groups: one sample against one.
    const [within] = await between('pred:Coat', 'pred:Shirt', true)
    expect(within).toMatchObject({ countA: 1, countB: 1, energy: { meanA: 0.5, meanB: 0.25 } })
    expect(await between('pred:Coat', 'path:nowhere', false)).toEqual([])
  })
})

describe('files', () => {
  test('become upright thumbnails', async () => {
    const run = await begin(FOUR)
    const thumbnail = Buffer.from(await library.samples.thumbnail({ runId: run.id, id: 1, size: 160 }))
    expect(thumbnail.subarray(8, 12).toString()).toBe('WEBP')
    await expect(library.samples.thumbnail({ runId: run.id, id: 99, size: 160 })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('that changed or went are found by check', async () => {
    const run = await begin(FOUR)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    await library.runs.commit({ runId: run.id, batch: batchOf(samples, { predictions: [0, 0, 1, 1] }) })
    const sound = await library.upkeep.check({ deep: true })
    expect(sound.datasets).toMatchObject([{ problem: null, match: { byPath: { count: 4 }, hashed: 4 } }])
    writeFileSync(containerOf(samples[0]?.file ?? ''), 'other')
    renameSync(containerOf(samples[1]?.file ?? ''), join(folder, 'away.png'))
    const { problems } = await library.upkeep.check({ deep: false })
    expect(problems[0]).toMatch(/^1 image is missing from .*: Coat\/2\.png\.$/)
    expect(problems[1]).toMatch(/^1 image is changed in .*: Coat\/1\.png\.$/)
  })
})

test('how far the listing of a dataset is can be asked meanwhile', async () => {
  const data = join(folder, 'images')
  for (const level of [1, 10, 100]) {
    mkdirSync(join(data, ...'abcd'.slice(0, String(level).length)), { recursive: true })
    for (let i = 0; i < level; i++) writeFileSync(join(data, ...'abcd'.slice(0, String(level).length), `${i}.png`), '')
  }
  let settled = false
  const scan = library.datasets.scan({ path: data, model: null }).finally(() => (settled = true))
  const told: number[] = []
  while (!settled) {
    const progress = await library.upkeep.progress()
    if (progress) told.push(progress.done)
    await setImmediate()
  }
  expect((await scan).count).toBe(111)
  expect(told.length).toBeGreaterThan(0)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
  expect(told).toContain(11)
  expect(await library.upkeep.progress()).toBeNull()
})

test('a call that needs a project says so when none is open', async () => {
  await expect(library.runs.get({ runId: 1 })).rejects.toMatchObject({ code: 'usage' })
  expect(await library.project.current()).toBeNull()
})
