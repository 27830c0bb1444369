/** Models with several outputs, sigmoid heads, a single logit, and pictures that are not squares. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS as settings } from './report'
import { quickRuntime as load } from '../testing/runtimes'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { certify, LIMITS } from './certify'
import { noise } from './random'
import { tinyVit, TINY_WIDTH, type TinyVit } from './testing/tiny-vit'

const folder = mkdtempSync(join(os.tmpdir(), 'headlight-heads-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function open(parts: Partial<TinyVit>, output?: string) {
  const file = join(folder, 'model.onnx')
  const plain: TinyVit['head'] = ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) })
  writeFileSync(file, tinyVit({ image: [16, 16], classToken: true, head: plain, ...parts }))
  return analyseModel(file, load, { output })
}

/** The certificate covers what the file puts out and every gradient; it has to be far from its limits. */
async function expectCertified(model: Awaited<ReturnType<typeof open>>) {
  expect(await certify(model, load)).toMatchObject({ passed: true, failures: [], precision: 'float64' })
  const certificate = await certify(model, load, { perHead: true })
  expect(certificate).toMatchObject({ passed: true, failures: [], precision: 'float64' })
  expect(certificate.gradientError).toBeLessThan(LIMITS.gradient.float64 / 10)
  expect(certificate.gradientError).toBeGreaterThan(0)
}

/** Logits and G of one picture for one class. */
async function explain(model: Awaited<ReturnType<typeof open>>, target: number) {
  const graph = model.compile({ methods: ['gmar_l1'], settings, scores: false, raw: true })
  const loaded = await load(graph)
  const image = noise([1, ...(model.report.input.shape.slice(1) as number[])], 3)
  const { logits, target: chosen, gradient, maps } = graph.outputs
  const feeds = { [graph.imageInput]: image, [graph.targetInput]: int64([1], [target]) }
  const found = await loaded.run(feeds, [logits, chosen, gradient!, maps.gmar_l1!])
  await loaded.release()
  const values = (name: string) => Array.from(found[name]!.data as Float32Array, Number)
  return { logits: values(logits), target: values(chosen)[0], gradient: values(gradient!), map: values(maps.gmar_l1!) }
}

test.each([
  [[16, 24], true],
  [[24, 8], true],
  [[8, 32], false],
] as const)('pictures of %s pixels, class token %s', async (image, classToken) => {
  const model = await open({ image: [...image], classToken })
  const grid = [image[0] / 4, image[1] / 4]
  expect(model.report).toMatchObject({ supported: true, grid, prefixTokens: classToken ? 1 : 0, layers: 3, heads: 2 })
  await expectCertified(model)
  expect((await explain(model, -1)).map).toHaveLength(grid[0]! * grid[1]!)
})

const several: TinyVit['head'] = ({ g, linear }, read, early) => ({
  hidden: g.unsqueeze(read, [1]),
  exit_logits: linear(early, TINY_WIDTH, 4),
  logits: linear(read, TINY_WIDTH, 5),
  pooled: read,
})

test('of several outputs the logits are explained, or the one that is asked for', async () => {
  const model = await open({ head: several })
  expect(model.report).toMatchObject({ output: 'logits', classes: 5, layers: 3, task: 'single-label', ending: 'none' })
  expect(model.report.outputs).toEqual([
    { name: 'hidden', shape: ['batch', 1, 8], explainable: false },
    { name: 'exit_logits', shape: ['batch', 4], explainable: true },
    { name: 'logits', shape: ['batch', 5], explainable: true },
    { name: 'pooled', shape: ['batch', 8], explainable: true },
  ])
  await expectCertified(model)
  // Layers behind the exit are not part of its explanation.
  const exit = await open({ head: several }, 'exit_logits')
  expect(exit.report).toMatchObject({ output: 'exit_logits', classes: 4, layers: 1 })
  await expectCertified(exit)
  await expect(open({ head: several }, 'hidden')).rejects.toMatchObject({ code: 'usage' })
  await expect(open({ head: several }, 'hidden')).rejects.toThrow('hidden [batch, 1, 8], exit_logits [batch, 4]')
})

test.each([
  ['Sigmoid', 'sigmoid', 'multi-label'],
  ['Softmax', 'softmax', 'single-label'],
  ['LogSoftmax', 'log-softmax', 'single-label'],
])('the logits before a final %s are explained', async (op, ending, task) => {
  const plain = await explain(await open({}), 2)
  const attributes = op === 'Sigmoid' ? {} : { axis: -1 }
  const head: TinyVit['head'] = ({ g, linear }, read) => ({
    probabilities: g.op(op, [linear(read, TINY_WIDTH, 5)], attributes),
  })
  const model = await open({ head })
  expect(model.report).toMatchObject({ supported: true, classes: 5, ending, task })
  await expectCertified(model)
  expect(await explain(model, 2)).toEqual(plain)
})

test.each([
  ['[batch, 1]', (_g: unknown, value: string) => value],
  ['[batch]', (g: { squeeze(value: string, axes: number[]): string }, value: string) => g.squeeze(value, [1])],
] as const)('a single logit of shape %s is the pair [-z, z]', async (_name, shaped) => {
  for (const sigmoid of [false, true]) {
    const head: TinyVit['head'] = ({ g, linear }, read) => {
      const logit = shaped(g, linear(read, TINY_WIDTH, 1))
      return { score: sigmoid ? g.op('Sigmoid', [logit]) : logit }
    }
    const model = await open({ head })
    expect(model.report).toMatchObject({ supported: true, classes: 2, task: 'binary' })
    await expectCertified(model)
    const [negative, positive, predicted] = [await explain(model, 0), await explain(model, 1), await explain(model, -1)]
    const [, z] = positive.logits as [number, number]
    expect(positive.logits[0]).toBe(-z)
    expect(predicted.target).toBe(z > 0 ? 1 : 0)
    expect(negative.gradient.map((value) => -value || 0)).toEqual(positive.gradient.map((value) => value || 0))
  }
})

test('what cannot be explained is refused by name', async () => {
  const one = await open({
    head: ({ g, linear }, read) => ({ score: g.op('Softmax', [linear(read, TINY_WIDTH, 1)], { axis: -1 }) }),
  })
  expect(one.report.reasons.join()).toContain('softmax over a single class')
  const none = await open({ head: ({ g }, read) => ({ hidden: g.unsqueeze(read, [1]) }) })
  expect(none.report.reasons.join()).toContain('hidden [batch, 1, 8]')
  expect(none.report.outputs).toHaveLength(1)
})

test.each<[string, TinyVit['head']]>([
  ['Sqrt', ({ g, linear }, read) => ({ logits: linear(g.op('Sqrt', [g.relu(read)]), TINY_WIDTH, 5) })],
  ['Pow', ({ g, linear }, read) => ({ logits: linear(g.op('Pow', [g.relu(read), g.scalar(0.4)]), TINY_WIDTH, 5) })],
])('a slope that is infinite at a 0 that is met, and taken as 0, is said: %s', async (op, head) => {
  const { report } = await open({ head })
  expect(report.notes).toEqual([expect.stringMatching(new RegExp(`^${op} .*slope is infinite.*taken as 0`))])
})

test.each<[string, TinyVit['head']]>([
  [
    'above 0',
    ({ g, linear }, read) => ({ logits: linear(g.op('Sqrt', [g.add(g.relu(read), g.scalar(1e-5))]), TINY_WIDTH, 5) }),
  ],
  [
    'of a square',
    ({ g, linear }, read) => ({ logits: linear(g.op('Pow', [g.relu(read), g.scalar(1.5)]), TINY_WIDTH, 5) }),
  ],
])('no infinite slope is met %s', async (_, head) => {
  expect((await open({ head })).report.notes).toEqual([])
})

test('which of several outputs was taken is said, unless one is named logits', async () => {
  const two = (names: [string, string]): TinyVit['head'] => {
    return ({ linear }, read) => ({ [names[0]]: read, [names[1]]: linear(read, TINY_WIDTH, 5) })
  }
  const { report } = await open({ head: two(['features', 'scores']) })
  expect(report).toMatchObject({
    output: 'features',
    notes: [
      expect.stringMatching(/'features' holds features.*--classes FILE/),
      expect.stringMatching(/'features'.*--output.*'scores' \[batch, 5\]/),
    ],
  })
  expect((await open({ head: two(['features', 'logits']) })).report).toMatchObject({ output: 'logits', notes: [] })
})

test.each<[string, TinyVit['head']]>([
  [
    'negative log-probabilities',
    ({ g, linear }, read) => ({ loss: g.op('Neg', [g.op('LogSoftmax', [linear(read, TINY_WIDTH, 5)], { axis: 1 })]) }),
  ],
  [
    'multiples of probabilities',
    ({ g, linear }, read) => ({
      rest: g.op('Sub', [g.scalar(1), g.op('Softmax', [linear(read, TINY_WIDTH, 5)], { axis: 1 })]),
    }),
  ],
  [
    'holds probabilities',
    ({ g, linear }, read) => ({
      twice: g.op('Softmax', [g.op('Softmax', [linear(read, TINY_WIDTH, 5)], { axis: 1 })], { axis: 1 }),
    }),
  ],
])('%s whose logits are not found are refused', async (what, head) => {
  expect((await open({ head })).report.reasons).toEqual([expect.stringContaining(what)])
})

test.each<[string, TinyVit['head']]>([
  ['pixels', ({ g }, read) => ({ logits: g.reshape(read, [-1, 2, 2, 2]) })],
  ['queries', ({ g }, read) => ({ logits: g.reshape(read, [-1, 2, 4]), pred_boxes: g.reshape(read, [-1, 2, 4]) })],
])('an output with logits at several places is explained as that: %s', async (kind, head) => {
  const { report } = await open({ head })
  expect(report.reasons).toEqual([])
  expect(report.dense?.kind).toBe(kind)
})

test.each<[string, TinyVit['head']]>([
  ['segmentation and depth', ({ g }, read) => ({ depth: g.reshape(read, [-1, 2, 2, 2]) })],
  ['between 0 and 1', ({ g }, read) => ({ logits: g.op('Softmax', [g.reshape(read, [-1, 2, 4])], { axis: 2 }) })],
])('an output at several places that holds no logits of classes is refused: %s', async (what, head) => {
  expect((await open({ head })).report.reasons).toEqual([expect.stringContaining(what)])
})
