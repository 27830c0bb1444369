import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { DEFAULT_METHODS } from '@headlight/explain/methods'
import type { PrepareOptions, SampleInput } from './api'
import { containerOf } from '../datasets/location'
import { Compute } from './compute'
import { readNpy } from '@headlight/explain/files'

const demo = resolve('models/demo')
const modelPath = join(demo, 'clutter-vit.onnx')
const COUNT = 48
const compute = new Compute()

let folder = ''
let images: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(os.tmpdir(), 'headlight-compute-'))
  images = (await readFile(join(demo, 'reference/images.txt'), 'utf8')).trim().split('\n')
})
afterAll(() => rm(folder, { recursive: true }))

const reference = async (name: string) => (await readNpy(join(demo, 'reference', `${name}.npy`))).data
const sample = (index: number, target = -1): SampleInput => ({
  id: index,
  file: join(demo, images[index]!),
  mask: join(demo, images[index]!.replace(/^images/, 'masks').replace(/\.jpg$/, '.png')),
  target,
})
const demoOptions = async (): Promise<PrepareOptions> => ({
  modelPath,
  methods: [...DEFAULT_METHODS],
  settings: DEFAULT_METHOD_SETTINGS,
  preprocessing: (await compute.inspect(modelPath)).preprocessing,
  provider: 'cpu',
  precision: 'fp32',
  batch: 16,
  expectedHash: null,
})

/** Largest difference over the largest expected magnitude. */
function relative(values: ArrayLike<number>, expected: ArrayLike<number | bigint>): number {
  let difference = 0
  let largest = 0
  for (let index = 0; index < values.length; index++) {
    difference = Math.max(difference, Math.abs(values[index]! - Number(expected[index])))
    largest = Math.max(largest, Math.abs(Number(expected[index])))
  }
  return difference / largest
}

test('inspect tells everything about the demo', async () => {
  const info = await compute.inspect(modelPath)
  expect(info).toMatchObject({
    supported: true,
    layers: 8,
    heads: 5,
    grid: [14, 14],
    classes: 10,
    fileName: 'clutter-vit.onnx',
  })
  expect(info.hash).toMatch(/^[0-9a-f]{64}$/)
  expect(info.labels[0]).toBe('T-shirt_top')
})

test('a run over the demo images gives the numbers of PyTorch autograd', async () => {
  const options = await demoOptions()
  const { session, batch, choice, model } = await compute.prepare({
    ...options,
    expectedHash: (await compute.inspect(modelPath)).hash,
  })
  expect(batch).toBe(16)
  expect(choice).toEqual({ provider: 'cpu', precision: 'fp32', passedOver: [] })
  expect(model.heads).toBe(5)
  const result = await compute.run(
    session,
    Array.from({ length: COUNT }, (_, index) => sample(index)),
  )
  await compute.close(session)
  expect(result.errors).toEqual([])
  expect([...result.ids]).toEqual(Array.from({ length: COUNT }, (_, index) => index))
  expect(new Set([...result.width, ...result.height])).toEqual(new Set([112]))
  const logits = (await reference('logits')) as Float32Array
  const rows = Array.from({ length: COUNT }, (_, index) => [...logits.subarray(index * 10, index * 10 + 10)])
  expect([...result.prediction]).toEqual(rows.map((row) => row.indexOf(Math.max(...row))))
  expect([...result.target]).toEqual([...((await reference('target')) as Float32Array).subarray(0, COUNT)])
  const best = rows.flatMap((row) => row.sort((a, b) => b - a).slice(0, 5))
  expect(relative(result.topLogit, best)).toBeLessThan(1e-4)
  expect(relative(result.headL1!, await reference('head_l1'))).toBeLessThan(1e-3)
  expect(relative(result.headL2!, await reference('head_l2'))).toBeLessThan(1e-3)
  for (const { method, values } of result.maps) {
    expect(values.length).toBe(COUNT * 196)
    expect(relative(values, await reference(`map_${method}`)), method).toBeLessThan(1e-3)
  }
  const pointing = result.localisation.find(({ method }) => method === 'gmar_l1')!.pointing
  expect(pointing.reduce((sum, value) => sum + value, 0) / COUNT).toBeGreaterThan(0.85)
})

test('bad samples are errors of their own, the others are explained', async () => {
  const empty = join(folder, 'empty.jpg')
  await writeFile(empty, '')
  const large = join(folder, 'large.png')
  await sharp({ create: { width: 200, height: 112, channels: 3, background: 'red' } })
    .png()
    .toFile(large)
  const { session } = await compute.prepare(await demoOptions())
  const result = await compute.run(session, [
    { id: 10, file: empty, mask: null, target: -1 },
    { ...sample(0, 3), id: 11, mask: null },
    { id: 12, file: large, mask: null, target: -1 },
    { ...sample(1), id: 13, mask: join(folder, 'no-mask.png') },
    { ...sample(1, 10), id: 14 },
  ])
  // A mask that is not there costs its sample nothing but the localisation.
  expect([...result.ids]).toEqual([11, 13])
  expect(result.unmeasured).toMatchObject([{ id: 13, kind: 'unreadable' }])
  expect(result.localisation[0]!.iou[1]).toBeNaN()
  expect(result.target[0]).toBe(3)
  expect(result.localisation[0]!.iou[0]).toBeNaN()
  expect(result.errors.map(({ id, code }) => [id, code])).toEqual([
    [10, 'unreadable-image'],
    [12, 'unfit-image'],
    [14, 'usage'],
  ])
  expect(result.errors[1]!.message).toBe(
    'The picture has 200 x 112 pixels, and the model takes 112 x 112 without resizing.',
  )
  const none = await compute.run(session, [{ id: 1, file: empty, mask: null, target: -1 }])
  expect(none.ids.length + none.topLogit.length + none.maps[0]!.values.length).toBe(0)
  await compute.close(session)
  await expect(compute.run(session, [])).rejects.toMatchObject({ code: 'internal' })
})

test('auto reaches the CPU where there is no GPU, measures a batch, and needs no backward pass for rollout', async () => {
  const { session, choice, batch } = await compute.prepare({
    ...(await demoOptions()),
    methods: ['rollout'],
    provider: 'auto',
    batch: 'auto',
  })
  expect(choice.provider === 'cpu' ? choice.passedOver.length : 2).toBeGreaterThan(0)
  expect([1, 2, 4, 8, 16, 32]).toContain(batch)
  const result = await compute.run(session, [sample(0)])
  expect(result.headL1).toBeNull()
  expect(result.maps.map(({ method }) => method)).toEqual(['rollout'])
  await compute.close(session)
})

test('a provider that is not there is refused by name', async () => {
  const options = await demoOptions()
  const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
  await expect(compute.prepare({ ...options, provider: absent })).rejects.toMatchObject({
    code: 'provider-unavailable',
  })
  await expect(compute.prepare({ ...options, precision: 'tf32' })).rejects.toThrow('tf32 is a precision of CUDA only')
  await expect(compute.prepare({ ...options, expectedHash: 'other' })).rejects.toMatchObject({ code: 'model-changed' })
})

test('explain gives the arrays of the zoo, raw ones too, and saves the graph', async () => {
  const zoo = resolve('models/zoo/timm_vit_op17')
  const input = await readNpy(join(zoo, 'pixel_values.npy'))
  const { target } = JSON.parse(await readFile(join(zoo, 'manifest.json'), 'utf8')) as { target: number[] }
  const graphFile = join(folder, 'explain.onnx')
  const model = join(zoo, 'model.onnx')
  const { arrays } = await compute.explain({
    modelPath: model,
    input: { dims: input.dims, data: input.data as Float32Array },
    targets: target,
    methods: ['gmar_l1'],
    settings: DEFAULT_METHOD_SETTINGS,
    raw: true,
    provider: 'cpu',
    precision: 'fp32',
    saveGraph: graphFile,
  })
  expect(arrays.map(({ name }) => name).sort()).toEqual([
    'attention',
    'gradient',
    'head_l1',
    'head_l2',
    'head_taylor',
    'logits',
    'map_gmar_l1',
  ])
  for (const { name, data, dims } of arrays) {
    if (name.startsWith('map') || name === 'head_taylor') continue
    const expected = await readNpy(join(zoo, `${name}.npy`))
    expect(dims).toEqual(expected.dims)
    expect(relative(data, expected.data), name).toBeLessThan(1e-3)
  }
  const [taylor, attention, gradient] = ['head_taylor', 'attention', 'gradient'].map(
    (wanted) => arrays.find(({ name }) => name === wanted)!.data,
  )
  const size = attention!.length / taylor!.length
  const sums = taylor!.map((_, head) => {
    const own = attention!.subarray(head * size, (head + 1) * size)
    return own.reduce((sum, a, at) => sum + a * gradient![head * size + at]!, 0)
  })
  expect(relative(taylor!, sums)).toBeLessThan(1e-4)
  expect(await compute.certify(model, { size: { height: 32, width: 32 } })).toMatchObject({ passed: true })
  expect((await readFile(graphFile)).length).toBeGreaterThan(100_000)
})

test('the picture that the model sees is a PNG of its size', async () => {
  const { preprocessing } = await compute.inspect(modelPath)
  const cropped = { ...preprocessing, size: { height: 50, width: 50 }, centerCrop: { height: 50, width: 50 } }
  const shortest = {
    ...cropped,
    resize: { mode: 'shortest' as const, height: 64, width: 64, interpolation: 'bicubic' as const },
  }
  const png = await compute.inputPicture(sample(0).file, shortest)
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 50, height: 50 })
})

test('files that are not models are refused in plain words', async () => {
  const picture = join(folder, 'picture.onnx')
  await copyFile(containerOf(sample(0).file), picture)
  await expect(compute.inspect(picture)).rejects.toMatchObject({ code: 'unreadable-model' })
  const cut = join(folder, 'cut.onnx')
  await copyFile(modelPath, cut)
  await truncate(cut, 100_000)
  await expect(compute.inspect(cut)).rejects.toMatchObject({ code: 'unreadable-model' })
  await truncate(cut, 0)
  await expect(compute.inspect(cut)).rejects.toMatchObject({ code: 'unreadable-model' })
  await expect(compute.inspect(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'not-found' })
  expect(await compute.inspect(resolve('models/edge/cnn_resnet.onnx'))).toMatchObject({ supported: false })
})
