/** Endings of a file are stepped over, by operator or written out; what holds probabilities by its values is not a logit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { TensorProto_DataType as T } from 'onnx-buf'
import { afterAll, describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS as settings } from './report'
import { quickRuntime as load } from '../testing/runtimes'
import type { GraphBuilder } from '../onnx/builder'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { certify } from './certify'
import { noise } from './random'
import { tinyVit, TINY_WIDTH, type TinyVit } from './testing/tiny-vit'

const folder = mkdtempSync(join(os.tmpdir(), 'headlight-endings-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const CLASSES = 5

async function open(head: TinyVit['head']) {
  // Of its own: models are opened side by side.
  const file = join(folder, `${files++}.onnx`)
  writeFileSync(file, tinyVit({ image: [16, 16], classToken: true, head }))
  return analyseModel(file, load)
}

const ending = (end: (g: GraphBuilder, logits: string) => string) =>
  open(({ g, linear }, read) => ({ logits: end(g, linear(read, TINY_WIDTH, CLASSES)) }))

/** G of one picture for class 2. */
async function gradient(model: Awaited<ReturnType<typeof open>>) {
  const graph = model.compile({ methods: [], settings, scores: false, raw: true })
  const loaded = await load(graph)
  const feeds = { [graph.imageInput]: noise([1, 3, 16, 16], 3), [graph.targetInput]: int64([1], [2]) }
  const found = await loaded.run(feeds, [graph.outputs.gradient!])
  await loaded.release()
  return Array.from(found[graph.outputs.gradient!]!.data as Float32Array)
}

const softmax = (g: GraphBuilder, x: string, axis = -1) => g.op('Softmax', [x], { axis })
const exponentials = (g: GraphBuilder, x: string) => {
  const powers = g.op('Exp', [x])
  return [powers, g.sum(powers, [1], true)] as [string, string]
}
const shifted = (g: GraphBuilder, x: string) => g.sub(x, g.reduce('ReduceMax', x, [1], true))

describe('the logits before it are explained', () => {
  const plain = ending((g, x) => g.op('Identity', [x])).then(gradient)

  it.each<[string, string, (g: GraphBuilder, x: string) => string]>([
    ['softmax, cast', 'softmax', (g, x) => g.cast(softmax(g, x), T.FLOAT)],
    ['softmax, reshape', 'softmax', (g, x) => g.reshape(softmax(g, x), [-1, CLASSES])],
    [
      'softmax, flatten, clip',
      'softmax',
      (g, x) => g.op('Clip', [g.op('Flatten', [softmax(g, x)]), g.scalar(0), g.scalar(1)]),
    ],
    ['softmax, log', 'log-softmax', (g, x) => g.op('Log', [softmax(g, x)])],
    ['softmax, a small summand, log', 'log-softmax', (g, x) => g.op('Log', [g.add(softmax(g, x), g.scalar(1e-7))])],
    ['softmax in per cent', 'softmax', (g, x) => g.scale(softmax(g, x), 100)],
    ['log-softmax, exp', 'softmax', (g, x) => g.op('Exp', [g.op('LogSoftmax', [x], { axis: -1 })])],
    ['softmax of a fourth axis', 'softmax', (g, x) => g.squeeze(softmax(g, g.unsqueeze(x, [2, 3]), 1), [2, 3])],
    ['softmax written out', 'softmax', (g, x) => g.div(...exponentials(g, x))],
    ['softmax written out, the largest subtracted', 'softmax', (g, x) => g.div(...exponentials(g, shifted(g, x)))],
    [
      'softmax as a product',
      'softmax',
      (g, x) => {
        const [powers, sum] = exponentials(g, shifted(g, x))
        return g.mul(powers, g.op('Reciprocal', [sum]))
      },
    ],
    [
      'log-softmax written out',
      'log-softmax',
      (g, x) => {
        const z = shifted(g, x)
        return g.sub(z, g.op('Log', [exponentials(g, z)[1]]))
      },
    ],
    ['log-softmax by its sum', 'log-softmax', (g, x) => g.sub(x, g.reduce('ReduceLogSumExp', x, [1], true))],
    [
      'sigmoid, cast, squeeze',
      'sigmoid',
      (g, x) => g.squeeze(g.cast(g.op('Sigmoid', [g.unsqueeze(x, [2])]), T.FLOAT), [2]),
    ],
    ['sigmoid written out', 'sigmoid', (g, x) => g.div(g.scalar(1), g.add(g.scalar(1), g.op('Exp', [g.neg(x)])))],
    [
      'sigmoid as a reciprocal',
      'sigmoid',
      (g, x) => g.op('Reciprocal', [g.add(g.op('Exp', [g.mul(x, g.scalar(-1))]), g.scalar(1))]),
    ],
  ])('%s', async (_, found, end) => {
    const model = await ending(end)
    expect(model.report).toMatchObject({
      ...{ supported: true, reasons: [], ending: found, classes: CLASSES },
      task: found === 'sigmoid' ? 'multi-label' : 'single-label',
    })
    const values = await gradient(model)
    const wanted = await plain
    const largest = Math.max(...wanted.map(Math.abs))
    expect(Math.max(...values.map((value, at) => Math.abs(value - wanted[at]!)))).toBeLessThan(1e-5 * largest)
    // The certificate holds what the file puts out against the ending run on the logits.
    expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
  })
})

it('a binary model whose sigmoid is written out and reshaped has two classes', async () => {
  const model = await open(({ g, linear }, read) => ({
    logits: g.reshape(g.div(g.scalar(1), g.add(g.scalar(1), g.op('Exp', [g.neg(linear(read, TINY_WIDTH, 1))]))), [-1]),
  }))
  expect(model.report).toMatchObject({ task: 'binary', ending: 'sigmoid', classes: 2 })
  expect(await certify(model, load)).toMatchObject({ passed: true })
})

describe('by their values', () => {
  const averaged = (g: GraphBuilder, of: (x: string) => string, x: string) =>
    g.scale(g.add(of(x), of(g.scale(x, 2))), 0.5)

  it('probabilities without logits are refused', async () => {
    const { report } = await ending((g, x) => averaged(g, (y) => softmax(g, y), x))
    expect(report.reasons.join()).toMatch(/holds probabilities.*sum to 1.*averaged/)
  })

  it('so are logarithms of them', async () => {
    const { report } = await ending((g, x) => g.op('Log', [averaged(g, (y) => softmax(g, y), x)]))
    expect(report.reasons.join()).toMatch(/holds log-probabilities/)
  })

  it('values between 0 and 1 are said', async () => {
    const { report } = await ending((g, x) => averaged(g, (y) => g.op('Sigmoid', [y]), x))
    expect(report).toMatchObject({ supported: true, ending: 'none', notes: [expect.stringMatching(/between 0 and 1/)] })
  })

  it('1 - p is another question than p, and no ending', async () => {
    const { report } = await ending((g, x) => g.sub(g.scalar(1), g.op('Sigmoid', [x])))
    expect(report).toMatchObject({ ending: 'none', notes: [expect.stringMatching(/between 0 and 1/)] })
  })

  it('logits are logits', async () => {
    const { report } = await ending((g, x) => g.add(g.scale(x, 3), g.scalar(1)))
    expect(report).toMatchObject({ supported: true, ending: 'none', notes: [] })
  })
})
