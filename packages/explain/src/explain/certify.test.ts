/** The certificate passes what is right and fails what is wrong: its limits are calibrated here. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeTensor } from '../onnx/proto-tensor'
import { parseModel } from '../onnx/read'
import type { LoadGraph } from '../onnx/run-graph'
import { analysedBytes, replacing, scaled, withRules, zooModel } from '../testing/broken-models'
import { onnxRuntime, quickRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'
import type { ModelAnatomy } from './anatomy'
import type { AnalysedModel } from './api'
import { certify, LIMITS } from './certify'
import { compileExplainGraph } from './compile'
import { once } from './once'
import { noise } from './random'
import { tinyAttention, tinyVit, TINY_WIDTH } from './testing/tiny-vit'

const zoo = resolve('models/zoo')
const edge = resolve('models/edge')
const load = quickRuntime

/** The same model with other insights about it. */
const withAnatomy = (model: AnalysedModel, anatomy: ModelAnatomy): AnalysedModel => ({
  ...model,
  anatomy,
  compile: (options) => compileExplainGraph(anatomy, options),
})

describe('what is right passes', () => {
  const load = onnxRuntime()

  it.each(readdirSync(zoo))('%s', async (name) => {
    const together = await certify(await zooModel(name), load)
    expect(together).toMatchObject({ passed: true, failures: [], precision: 'float64' })
    const certificate = await certify(await zooModel(name), load, { perHead: true })
    expect(certificate).toMatchObject({ passed: true, failures: [], precision: 'float64' })
    // A tenth of the limits: a correct model is nowhere near them.
    expect(certificate.gradientError).toBeLessThan(LIMITS.gradient.float64 / 10)
    expect(certificate.logitError).toBeLessThan(LIMITS.logit.float32 / 10)
    expect(certificate.rowSumError).toBeLessThan(LIMITS.rowSum / 10)
    const { layers, heads } = (await zooModel(name)).report
    expect(certificate.heads.map(({ layer, head }) => layer * heads + head)).toEqual([...Array(layers * heads).keys()])
  })

  it.each(['vit_external.onnx', 'vit_fixed_batch1.onnx'])('%s', async (file) => {
    expect(await certify(await analyseModel(join(edge, file), load), load)).toMatchObject({ passed: true })
  })
})

describe('what is wrong is caught', () => {
  it('a weight that is not the original model’s', async () => {
    const model = await zooModel('timm_vit_op17')
    const graph = model.anatomy!.graph.clone()
    const name = graph.nodes.findLast(({ op }) => op === 'Gemm')!.inputs[1]!
    const weights = graph.constant(name)!
    const data = Float32Array.from(weights.data as Float32Array, (value, at) => (at === 0 ? value + 0.1 : value))
    graph.initializers.set(name, encodeTensor(name, { ...weights, data }))
    const certificate = await certify(withAnatomy(model, { ...model.anatomy!, graph }), load)
    expect(certificate.passed).toBe(false)
    expect(certificate.failures).toEqual([expect.stringContaining('logits differ')])
    expect(certificate.logitError).toBeGreaterThan(10 * LIMITS.logit.float32)
  })

  it('a map that is taken before its softmax', async () => {
    const model = await zooModel('timm_vit_op17')
    const { attentions } = model.anatomy!
    const layers = attentions.layers.map((sites, layer) =>
      sites.map((site) => (layer === 1 ? { ...site, value: site.node.inputs[0]! } : site)),
    )
    const certificate = await certify(
      withAnatomy(model, { ...model.anatomy!, attentions: { ...attentions, layers } }),
      load,
    )
    expect(certificate.passed).toBe(false)
    expect(certificate.failures).toEqual([expect.stringContaining('rows do not sum to 1')])
    expect(certificate.rowSumError).toBeGreaterThan(10 * LIMITS.rowSum)
  })
})

it('a row of A that is not a number fails, though no logit reads it and other rows follow', async () => {
  const notNumber = Float32Array.from({ length: 17 }, (_, row) => (row === 5 ? NaN : 0))
  const bytes = tinyVit({
    image: [16, 16],
    classToken: true,
    head: ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) }),
    mix: (g, { v, layer, ...qk }) => {
      const map = tinyAttention(g, qk)
      if (layer < 2) return g.matMul(map, v)
      const rows = g.constant(g.floats([17, 1], notNumber))
      return g.matMul(g.where(g.op('IsNaN', [rows]), rows, map), v)
    },
  })
  const certificate = await certify(await analysedBytes(bytes), load)
  expect(certificate).toMatchObject({ passed: false, rowSumError: NaN })
})

/** A model of a head alone. */
function withHead(head: Parameters<typeof tinyVit>[0]['head']): Promise<AnalysedModel> {
  return analysedBytes(tinyVit({ image: [16, 16], classToken: true, head }))
}

/** Logits of which all but this share does not depend on the attentions. */
const faint = (share: number) =>
  withHead(({ g, linear }, read) => {
    const logits = g.mul(linear(read, TINY_WIDTH, 5), g.constant(g.floats([1], [share])))
    return { logits: g.add(logits, g.constant(g.floats([5], [0.2, 0.1, -0.1, 0.3, 0]))) }
  })

it('head by head, every head has an error of its own', async () => {
  const model = await zooModel('timm_vit_op17')
  const { heads } = await certify(model, load, { perHead: true })
  expect(heads.every(({ together }) => together === undefined)).toBe(true)
  expect(new Set(heads.map(({ error }) => error)).size).toBe(heads.length)
  const together = await certify(model, load)
  expect(together.heads.map(({ layer, head }) => [layer, head])).toEqual(heads.map(({ layer, head }) => [layer, head]))
  expect(new Set(together.heads.map(({ error }) => error)).size).toBe(1)
})

it('stops between two runs when it is told to', async () => {
  const stop = new AbortController()
  const stopping: LoadGraph = async (graph) => {
    const loaded = await load(graph)
    const isDouble = parseModel(graph.bytes, 'graph').inputs.some(({ type }) => type === 'float64')
    return isDouble ? { ...loaded, run: (...asked) => (stop.abort(), loaded.run(...asked)) } : loaded
  }
  const model = await zooModel('timm_vit_op17')
  await expect(certify(model, stopping, { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
})

describe('gradients that are tiny beside the logits', () => {
  it('are told where rounding hides them in part', async () => {
    const certificate = await certify(await faint(1e-13), load)
    expect(certificate).toMatchObject({ passed: true, precision: 'float64', failures: [] })
    expect(certificate.notes).toEqual([
      expect.stringMatching(/^For \d of 6 heads rounding alone is up to [\d.]+ % of the gradient, so/),
    ])
  })

  it('that are lost are caught there, too', async () => {
    const rules = replacing('Tanh', (context, right) => scaled(context, right(context), 0))
    const certificate = await certify(withRules(await faint(1e-13), rules), load)
    expect(certificate).toMatchObject({ passed: false, precision: 'float64' })
  })

  it('do not pass where rounding may hide all of them', async () => {
    const certificate = await certify(await faint(1e-24), load)
    expect(certificate.passed).toBe(false)
    expect(certificate.failures.at(-1)).toMatch(/^For 6 of 6 heads rounding alone .* nothing is known of them/)
  })

  it('do not pass where all are 0', async () => {
    const certificate = await certify(await zooModel('timm_vit_op17'), load, { contrast: [1, 1] })
    expect(certificate).toMatchObject({ passed: false, gradientError: 0 })
    expect(certificate.failures).toEqual([expect.stringContaining('Every gradient is 0')])
  })
})

it('a Relu that bends within the rounding of single precision is not blamed on the gradient', async () => {
  // A Relu of what is 0 for the picture of the certificate, but for rounding, many times as strong as all else.
  const units = 64
  const bent = (shift: Float32Array) =>
    withHead(({ g, linear }, read) => {
      const parts = linear(read, TINY_WIDTH, units)
      const around = g.op('Relu', [g.sub(parts, g.constant(g.floats([units], shift)))])
      return { logits: g.add(linear(around, units, 5), linear(read, TINY_WIDTH, 5)), parts }
    })
  const plain = await bent(new Float32Array(units))
  const { parts } = await once(await load(plain.original), (loaded) =>
    loaded.run({ pixel_values: noise([1, 3, 16, 16], 42) }, ['parts']),
  )
  const certificate = await certify(await bent(parts!.data as Float32Array), load)
  expect(certificate.passed).toBe(false)
  expect(certificate.failures).toEqual([
    expect.stringContaining('finite differences'),
    expect.stringMatching(/^That need not be a wrong gradient: when the picture changes by its last digit/),
  ])
})

describe('without double-precision kernels', () => {
  const singleOnly: LoadGraph = (graph) => {
    const { inputs } = parseModel(graph.bytes, 'graph')
    return inputs.some(({ type }) => type === 'float64') ? Promise.reject(new Error('no kernel')) : load(graph)
  }

  it('a model is checked in single precision, with the limit of that', async () => {
    const certificate = await certify(await zooModel('timm_vit_op17'), singleOnly)
    expect(certificate).toMatchObject({ passed: true, precision: 'float32' })
    expect(certificate.limits.gradient).toBe(LIMITS.gradient.float32)
    expect(certificate.notes).toEqual([
      expect.stringMatching(/in single precision, with the larger limit: .*no kernel/),
    ])
  })

  it('a broken rule is still caught', async () => {
    const rules = replacing('Softmax', ({ grads }) => [grads[0]!])
    const certificate = await certify(withRules(await zooModel('timm_vit_op17'), rules), singleOnly)
    expect(certificate).toMatchObject({ passed: false, precision: 'float32' })
  })
})

describe('the way it runs', () => {
  it('tells its progress', async () => {
    const steps: [number, number][] = []
    await certify(await zooModel('timm_vit_op17'), load, { onProgress: (done, total) => steps.push([done, total]) })
    expect(steps).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  it('stops when it is told to', async () => {
    const model = await zooModel('timm_vit_op17')
    await expect(certify(model, load, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('refuses a model without an explain graph, with its reasons', async () => {
    const convolutional = await analyseModel(join(edge, 'cnn_resnet.onnx'), load)
    await expect(certify(convolutional, load)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: convolutional.report.reasons[0],
    })
  })
})
