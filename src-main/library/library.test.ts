import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { containerOf } from '../datasets/location'
import { Library } from './library'
import { batchOf, beginIn, FOUR } from './library-fixture'

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

const begin = (names: string[]) => beginIn(folder, library, names)

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
