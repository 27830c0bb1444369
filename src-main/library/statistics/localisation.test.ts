import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { greyPng } from '../../datasets/grey-png'
import { Library } from '../library'
import { batchOf, beginIn, FOUR, model } from '../library-fixture'

let folder: string
let library: Library

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-localisation-'))
  library = new Library()
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const begin = (names: string[]) => beginIn(folder, library, names)

test('localisation is averaged over the samples that have a mask', async () => {
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

test('index masks are read for the own class of a sample, and the rule stays with the run', async () => {
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

test('masks of a run of a former version stay as they were read', async () => {
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

test('localisation is compared between two groups, over all labels and within them', async () => {
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
