/** Evaluations as a window asks for them: in the background of the real processes, and over the closing of their project. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type CallInput, type EvaluationInfo, evaluationRequestSchema } from '@shared/api'
import { copyDemoPictures } from '../cli/testing/demo-pictures'
import { createService, type HostedService } from './service'
import { builtBackend } from './testing/built-backend'
import { ownFolder } from './testing/own-folder'

const folder = ownFolder()
const [images, model] = [join(folder, 'images'), join(folder, 'model.onnx')]
const [projectPath, other] = [join(folder, 'P.headlight'), join(folder, 'Other.headlight')]
const PICTURES = ['Bag/00018.jpg', 'Bag/00030.jpg', 'Shirt/00004.jpg', 'Shirt/00007.jpg', 'Shirt/00026.jpg']
const NAMES = ['Bag', 'Shirt', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
const HEADS = 12
const backend = builtBackend()
let service: HostedService
let runId = 0
let told: EvaluationInfo[] = []

beforeAll(async () => {
  cpSync(resolve('models/zoo/timm_vit_op17/model.onnx'), model)
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ id2label: Object.fromEntries(NAMES.map((name, at) => [at, name])) }),
  )
  const config = { do_resize: true, size: { height: 32, width: 32 }, resample: 2, do_rescale: true }
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ ...config, rescale_factor: 1 / 255 }))
  copyDemoPictures(PICTURES, images, (index) => PICTURES[index]!)
  service = createService(backend, 'browser')
  service.on('evaluation.progress', (info) => told.push(info))
  await service.call('project.create', { path: projectPath })
  const run = await service.call('run.start', { modelPath: model, dataPath: images, methods: ['gmar_l1', 'rollout'] })
  runId = run.id
  const state = async () => (await service.call('run.get', { runId })).state
  await vi.waitUntil(async () => (await state()) === 'finished', { timeout: 120_000 })
}, 180_000)
afterAll(async () => {
  await service.close()
  await backend.dispose()
  rmSync(folder, { recursive: true })
})
beforeEach(() => void (told = []))

type Asked = CallInput<'evaluations.start'>['request']
const MAPS: Asked = {
  ...{ what: 'maps', metrics: ['saco', 'deletion', 'localisation'], methods: ['rollout', 'gmar_l1'] },
  ...{ fill: 'mean', steps: 4, filter: '', limit: null },
}
const ALL_HEADS: Asked = { what: 'heads', kind: 'zero', withPruning: true, filter: '', limit: null }

const ended = async (id: number) => {
  const state = async () => (await service.call('evaluations.list', { runId })).find((each) => each.id === id)
  await expect.poll(async () => (await state())?.state, { timeout: 120_000 }).not.toMatch(/running|queued/)
  return (await state())!
}

test('what it takes is said before: images, passes, and time by passes timed now', async () => {
  const estimate = { runId, request: { ...ALL_HEADS, withPruning: false }, measure: false }
  const heads = await service.call('evaluations.estimate', estimate)
  expect(heads).toMatchObject({ samples: PICTURES.length, known: 0, passes: HEADS, seconds: null })
  const means = { ...estimate, request: { ...estimate.request, kind: 'mean' as const } }
  const noted = "before them one of each of the run's 5 images, for the means"
  expect((await service.call('evaluations.estimate', means)).passesNote).toBe(noted)
  const timed = await service.call('evaluations.estimate', { ...estimate, measure: true })
  expect(timed.seconds).toBeGreaterThan(0)
  expect(timed.secondsSource).toMatch(/^\d+ passes timed now$/)
  const maps = await service.call('evaluations.estimate', { runId, request: MAPS, measure: true })
  // Two methods and two controls; four steps of deletion, and ten groups of SaCo.
  expect(maps).toMatchObject({ samples: PICTURES.length, passes: 4 * (5 + 11) })
  expect(maps.seconds).toBeGreaterThan(0)
})

test('maps are measured in the background; the same choice in another order is the same evaluation', async () => {
  const { id, samples } = await service.call('evaluations.start', { runId, request: MAPS })
  expect(samples).toBe(PICTURES.length)
  expect(await ended(id)).toMatchObject({ state: 'finished', done: 5, total: 5, unreadable: 0, phase: null })
  expect(told.at(-1)).toMatchObject({ id, state: 'finished' })
  const found = await service.call('evaluations.maps', { runId, id })
  expect(found).toMatchObject({ n: 5, asked: 5, methods: ['gmar_l1', 'rollout'], residual: null })
  expect(Object.keys(found.summary.metrics)).toEqual(['deletion_mean', 'saco'])
  expect(Object.keys(found.summary.metrics.saco!)).toEqual(['gmar_l1', 'rollout', 'random', 'centre'])
  expect(found.undefinedMetrics).toEqual(['pointing', 'energy', 'iou'])
  expect(Object.keys(found.summary.differences.saco!)).toContain('gmar_l1-rollout')
  const again = await service.call('evaluations.start', {
    runId,
    request: { ...MAPS, metrics: ['deletion', 'localisation', 'saco'] },
  })
  expect(again.id).toBe(id)
  await ended(id)
  const estimate = await service.call('evaluations.estimate', { runId, request: MAPS, measure: false })
  expect(estimate.known).toBe(PICTURES.length)
})

test('one that is paused, or whose project is left, goes on from there; what was measured stays when it is removed', async () => {
  const { id } = await service.call('evaluations.start', { runId, request: ALL_HEADS })
  await service.call('evaluations.pause', { runId, id })
  expect(await ended(id)).toMatchObject({ state: 'paused' })
  await expect(service.call('evaluations.heads', { runId, id, filter: '' })).rejects.toThrow('not finished')
  await service.call('evaluations.resume', { runId, id })
  await service.call('project.create', { path: other })
  await service.call('project.open', { path: projectPath })
  const [left] = await service.call('evaluations.list', { runId })
  expect(left).toMatchObject({ id, state: 'paused', request: evaluationRequestSchema.parse(ALL_HEADS) })
  await service.call('evaluations.resume', { runId, id })
  expect(await ended(id)).toMatchObject({ state: 'finished' })

  const all = await service.call('evaluations.heads', { runId, id, filter: '' })
  expect(all).toMatchObject({ n: 5, asked: 5, kind: 'zero', labelled: 5 })
  expect(all.heads).toHaveLength(HEADS)
  expect(all.byClass.map(({ key, n }) => [key, n])).toEqual([
    ['0', 2],
    ['1', 3],
  ])
  const [first, second] = all.order.map((at) => all.heads[at]!)
  expect(all.lead.mean).toBeCloseTo(first!.absDeltaLogit - second!.absDeltaLogit, 12)
  expect(first!.low).toBeLessThanOrEqual(first!.absDeltaLogit)
  expect(all.heads.reduce((sum, head) => sum + head.first, 0)).toBeCloseTo(1, 9)
  // Under zero, the sum of A o G is the derivative by the head's gate.
  expect(all.agreement.taylor_abs.spearman).toBeGreaterThan(0.8)
  expect(all.pruning.ablation!.accuracy).toHaveLength(HEADS + 1)

  const shirts = await service.call('evaluations.heads', { runId, id, filter: 'label:Shirt' })
  expect(shirts).toMatchObject({ n: 3, asked: 3, labelled: 3 })
  const { layer, head } = shirts.heads[shirts.order[0]!]!
  const samples = await service.call('evaluations.headSamples', {
    ...{ runId, id, filter: 'label:Shirt', layer, head, count: 2 },
  })
  expect(samples).toHaveLength(2)
  expect(Math.abs(samples[0]!.logitLost)).toBeGreaterThanOrEqual(Math.abs(samples[1]!.logitLost))

  // By hand, that head alone changes that sample as the evaluation says.
  const byHand = await service.call('evaluations.withoutHeads', {
    ...{ runId, heads: [{ layer, head }], kind: 'zero', images: { id: samples[0]!.id } },
  })
  expect(byHand.images[0]!.logitLost).toBeCloseTo(samples[0]!.logitLost, 4)
  expect(byHand.images[0]!.before.probability).toBeCloseTo(samples[0]!.probability, 5)
  expect(byHand.images[0]!.after.prediction).toBe(samples[0]!.predictionAfter)
  const over = await service.call('evaluations.withoutHeads', {
    ...{ runId, heads: [{ layer, head }], kind: 'zero', images: { filter: 'label:Shirt', limit: 2 } },
  })
  expect(over).toMatchObject({ unreadable: 0 })
  expect(over.images).toHaveLength(2)

  await service.call('evaluations.remove', { runId, id })
  expect((await service.call('evaluations.list', { runId })).map((each) => each.id)).not.toContain(id)
  await expect(service.call('evaluations.heads', { runId, id, filter: '' })).rejects.toMatchObject({
    code: 'not-found',
  })
  told = []
  const again = await service.call('evaluations.start', { runId, request: ALL_HEADS })
  await ended(again.id)
  expect(told.some(({ phase }) => phase === 'Every head switched off')).toBe(false)
  const estimate = (kind: 'zero' | 'uniform') =>
    service.call('evaluations.estimate', { runId, request: { ...ALL_HEADS, kind }, measure: false })
  expect(await estimate('zero')).toMatchObject({ samples: 5, known: 5 })
  expect(await estimate('uniform')).toMatchObject({ samples: 5, known: 0 })
})

test('an image that is gone is counted, and what is asked of nothing is refused', async () => {
  rmSync(join(images, 'Bag/00030.jpg'))
  const request: Asked = { ...MAPS, metrics: ['ad'], filter: 'label:Bag' }
  const { id } = await service.call('evaluations.start', { runId, request })
  expect(await ended(id)).toMatchObject({ state: 'finished', samples: 2, unreadable: 1 })
  expect(await service.call('evaluations.maps', { runId, id })).toMatchObject({ n: 1, asked: 2 })
  const nothing = service.call('evaluations.start', { runId, request: { ...request, filter: 'conf>1' } })
  await expect(nothing).rejects.toThrow('No sample of the run matches the filter.')
  const noHead = service.call('evaluations.withoutHeads', {
    ...{ runId, heads: [{ layer: 9, head: 0 }], kind: 'zero', images: { id: 1 } },
  })
  await expect(noHead).rejects.toThrow('The model has no head 9.0.')
})

const otherRun = async (request: Partial<CallInput<'run.start'>>) => {
  const run = await service.call('run.start', { modelPath: model, dataPath: images, ...request })
  const state = async () => (await service.call('run.get', { runId: run.id })).state
  await vi.waitUntil(async () => (await state()) === 'finished', { timeout: 120_000 })
  return run.id
}

test('a run without a method that needs the gradient is evaluated by every score and method all the same', async () => {
  runId = await otherRun({ methods: ['rollout'] })
  const heads = await service.call('evaluations.start', { runId, request: { ...ALL_HEADS, withPruning: false } })
  const maps = await service.call('evaluations.start', { runId, request: { ...MAPS, metrics: ['saco'] } })
  expect(await ended(heads.id)).toMatchObject({ state: 'finished', unreadable: 0 })
  const { criteria, n } = await service.call('evaluations.heads', { runId, id: heads.id, filter: '' })
  expect(n).toBe(4)
  for (const values of Object.values(criteria)) expect(values.every(Number.isFinite)).toBe(true)
  expect(criteria.gmar_weight_l1.some((weight) => weight > 0)).toBe(true)
  expect(await ended(maps.id)).toMatchObject({ state: 'finished' })
  const { summary } = await service.call('evaluations.maps', { runId, id: maps.id })
  expect(summary.metrics.saco!.gmar_l1!.missing).toBe(0)
})

test('of a multi-label model p is the sigmoid of its class, in the evaluation and by hand', async () => {
  runId = await otherRun({ methods: ['rollout'], task: 'multi-label' })
  const { id } = await service.call('evaluations.start', { runId, request: { ...ALL_HEADS, withPruning: false } })
  await ended(id)
  const [sample] = await service.call('evaluations.headSamples', {
    ...{ runId, id, filter: '', layer: 0, head: 0, count: 1 },
  })
  const byHand = await service.call('evaluations.withoutHeads', {
    ...{ runId, heads: [{ layer: 0, head: 0 }], kind: 'zero', images: { id: sample!.id } },
  })
  const { top } = await service.call('sample.detail', { runId, id: sample!.id })
  const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))
  expect(sample!.probability).toBeCloseTo(sigmoid(top[0]!.logit), 4)
  const { before } = byHand.images[0]!
  expect(before.probability).toBeCloseTo(sigmoid(top[0]!.logit), 4)
  expect(before.probabilityAfter).toBeCloseTo(sigmoid(top[0]!.logit - byHand.images[0]!.logitLost), 4)
})

test('a class with one sample has its own row, and no interval is made of it', async () => {
  const [{ id } = { id: 0 }] = await service.call('evaluations.list', { runId })
  const all = await service.call('evaluations.heads', { runId, id, filter: '' })
  expect(all.byClass.map(({ key, n }) => [key, n])).toEqual([
    ['0', 1],
    ['1', 3],
  ])
  const bags = await service.call('evaluations.heads', { runId, id, filter: 'label:Bag' })
  expect(bags.n).toBe(1)
  for (const { low, absDeltaLogit, high } of bags.heads) expect([low, high]).toEqual([absDeltaLogit, absDeltaLogit])
})

test('a run in which no image could be read has nothing to evaluate, and says so', async () => {
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  writeFileSync(join(broken, 'a.jpg'), 'no picture')
  runId = await otherRun({ dataPath: broken, methods: ['rollout'] })
  const { id } = await service.call('evaluations.start', { runId, request: ALL_HEADS })
  expect(await ended(id)).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('No image could be read') },
  })
  const byHand = service.call('evaluations.withoutHeads', {
    ...{ runId, heads: [{ layer: 0, head: 0 }], kind: 'zero', images: { filter: '', limit: 5 } },
  })
  expect(await byHand).toEqual({ images: [], unreadable: 1 })
})
