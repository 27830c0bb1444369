import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { greyPng } from '../../datasets/grey-png'
import { containerOf } from '../../datasets/location'
import { Library } from '../library'
import { batchOf, beginIn, definitionOf, FOUR, model, writeImages } from '../library-fixture'

let folder: string
let library: Library

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-run-'))
  library = new Library()
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const begin = (names: string[], limit?: number) => beginIn(folder, library, names, limit)

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

  test('of a dataset in another case is the same where that is the same file, and another where it is not', async () => {
    const table = (name: string) => join(folder, name)
    await writeImages(folder, FOUR)
    const rows = FOUR.map((path) => `${path},${path.split('/')[0]}`)
    writeFileSync(table('List.csv'), ['path,label', ...rows].join('\n'))
    // On the disks of macOS and Windows it is there already.
    const ignoresCase = existsSync(table('LIST.csv'))
    if (!ignoresCase) linkSync(table('List.csv'), table('LIST.csv'))
    linkSync(table('List.csv'), table('other.csv'))
    await library.project.create({ path: join(folder, 'P.headlight') })
    const begun = async (name: string) => {
      const definition = definitionOf(table(name))
      return (await library.runs.begin({ definition, model, certificate: null })).definition.dataPath
    }
    expect(await begun('List.csv')).toBe(table('List.csv'))
    expect(await begun('LIST.csv')).toBe(table('List.csv'))
    expect(await begun('other.csv')).toBe(table('other.csv'))
    expect((await library.project.current())?.runs).toHaveLength(2)
    if (ignoresCase) return
    writeFileSync(table('list.csv'), 'path,label\nCoat/1.png,Coat\n')
    expect(await begun('list.csv')).toBe(table('list.csv'))
  })
})
