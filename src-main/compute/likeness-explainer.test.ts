/** Likeness of two pictures, and of a picture and a group: cosines of the features, and maps of either side. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyDemoPictures } from '../cli/testing/demo-pictures'
import type { LikenessQuestion } from './api'
import { Compute } from './compute'

const folder = mkdtempSync(join(tmpdir(), 'headlight-likeness-'))
const model = resolve('packages/explain/src/explain/fixtures/features/clip/model.onnx')
const NAMES = ['a.png', 'b.png', 'c.png', 'd.png']
const pictures = NAMES.map((name) => join(folder, name))
const METHODS = ['gmar_l1', 'rollout'] as const
const WIDTH = 12
const compute = new Compute()
let question: Omit<LikenessQuestion, 'file' | 'others' | 'isGroup'>
let directions: number[][]

afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(async () => {
  const listed = JSON.parse(readFileSync(resolve('src-main/cli/fixtures/two-towers/reference.json'), 'utf8')) as object
  copyDemoPictures(Object.keys(listed).slice(0, NAMES.length), folder, (index) => NAMES[index]!)
  const { hash, preprocessing } = await compute.inspect(model, { output: 'image_embeds' })
  question = {
    ...{ modelPath: model, expectedHash: hash, preprocessing, ofRun: { output: 'image_embeds' } },
    ...{ methods: [...METHODS], settings: DEFAULT_METHOD_SETTINGS },
  }
  const { size, channels } = preprocessing
  const input = { dims: [NAMES.length, channels, size.height, size.width], data: await tensorOf(preprocessing) }
  const { arrays } = await compute.explain({
    ...{ ...question, output: 'image_embeds', input, targets: NAMES.map(() => 0), methods: [] },
    ...{ raw: false, provider: 'cpu', precision: 'fp32', saveGraph: null },
  })
  const { data } = arrays.find(({ name }) => name === 'logits')!
  directions = NAMES.map((_, at) => direction([...data.subarray(at * WIDTH, (at + 1) * WIDTH)]))
})

async function tensorOf(preprocessing: LikenessQuestion['preprocessing']): Promise<Float32Array> {
  const fed = await compute.inputTensors(pictures, preprocessing)
  return Float32Array.from(fed.flatMap(({ values }) => [...values]))
}

const direction = (vector: readonly number[]) => vector.map((value) => value / Math.hypot(...vector))
const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
const ask = (file: number, others: readonly number[], isGroup = others.length > 1) =>
  compute.likeness({ ...question, file: pictures[file]!, others: others.map((each) => pictures[each]!), isGroup })

test('two pictures: the cosine of their features, and a map of each that the exchanged question gives as well', async () => {
  const [forth, back] = [await ask(0, [2]), await ask(2, [0])]
  expect(forth.cosine).toBeCloseTo(product(directions[0]!, directions[2]!), 5)
  expect(back.cosine).toBeCloseTo(forth.cosine, 6)
  expect(forth).toMatchObject({ output: 'image_embeds', readout: null, pictures: 1, unreadable: [] })
  for (const [at, { values }] of forth.otherMaps!.entries()) {
    values.forEach((value, place) => expect(value).toBeCloseTo(back.maps[at]!.values[place]!, 5))
  }
  expect(forth.maps[0]!.values).not.toEqual(forth.otherMaps![0]!.values)
})

test('the map is that of the command line, which compares with the picture as a class vector', async () => {
  const { maps } = await ask(1, [3])
  const { size, channels } = question.preprocessing
  const data = (await compute.inputTensors([pictures[1]!], question.preprocessing))[0]!.values
  const { arrays } = await compute.explain({
    ...{ ...question, input: { dims: [1, channels, size.height, size.width], data }, targets: [1] },
    ...{ classes: { path: pictures[3]!, like: {} }, raw: false, provider: 'cpu', precision: 'fp32', saveGraph: null },
  })
  const expected = arrays.find(({ name }) => name === 'map_gmar_l1')!.data
  maps[0]!.values.forEach((value, place) => expect(value).toBeCloseTo(expected[place]!, 5))
})

test('a group: the cosine with its mean direction, without what cannot be read, and no map of it', async () => {
  const broken = join(folder, 'broken.png')
  writeFileSync(broken, 'no picture')
  const others = [pictures[1]!, broken, pictures[3]!]
  const found = await compute.likeness({ ...question, file: pictures[0]!, others, isGroup: true })
  const mean = direction(directions[1]!.map((value, at) => value + directions[3]![at]!))
  expect(found.cosine).toBeCloseTo(product(directions[0]!, mean), 5)
  expect(found).toMatchObject({ pictures: 2, otherMaps: null })
  expect(found.unreadable).toEqual([expect.stringContaining('broken.png')])
})

test('a model that gives no features is refused with what to do', async () => {
  const demo = resolve('models/demo/clutter-vit.onnx')
  const { hash, preprocessing } = await compute.inspect(demo)
  const asked = { ...question, modelPath: demo, expectedHash: hash, preprocessing, ofRun: {} }
  const failed = compute.likeness({ ...asked, file: pictures[0]!, others: [pictures[1]!], isGroup: false })
  await expect(failed).rejects.toThrow(/gives no features/)
})

test('of two towers the picture’s is compared with, though nobody asked for prompts', async () => {
  const towers = resolve('models/demo/questions/prompts/model.onnx')
  const choice = { classes: { path: pictures[0]!, like: {} } }
  const { hash, preprocessing, output } = await compute.inspect(towers, choice)
  expect(output).toBe('image_embeds')
  const asked = { ...question, modelPath: towers, expectedHash: hash, preprocessing, ofRun: choice }
  const found = await compute.likeness({ ...asked, file: pictures[0]!, others: [pictures[1]!], isGroup: false })
  expect(found.output).toBe('image_embeds')
  expect(Math.abs(found.cosine)).toBeLessThan(1)
})
