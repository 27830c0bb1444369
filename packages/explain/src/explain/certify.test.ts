/** The certificate passes what is right and fails what is wrong: its limits are calibrated here. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RuleLookup } from '../autodiff/differentiate'
import { ruleFor } from '../autodiff/registry'
import type { Rule, RuleContext } from '../autodiff/rule'
import { onnxRuntime } from '../testing/runtimes'
import { encodeTensor } from '../onnx/proto-tensor'
import { parseModel } from '../onnx/read'
import type { LoadGraph } from '../onnx/run-graph'
import { quickRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'
import type { AnalysedModel } from './api'
import { certify, LIMITS } from './certify'
import type { ModelAnatomy } from './anatomy'
import { compileExplainGraph } from './compile'
import { smoothErf } from './double-erf'
import { once } from './once'
import { noise, normals, seeded } from './random'
import { tinyAttention, tinyVit, TINY_WIDTH } from './testing/tiny-vit'

const zoo = resolve('models/zoo')
const edge = resolve('models/edge')
const load = quickRuntime

const analysed = new Map<string, Promise<AnalysedModel>>()
/** A model of the zoo, analysed once. */
function zooModel(name: string): Promise<AnalysedModel> {
  if (!analysed.has(name)) analysed.set(name, analyseModel(join(zoo, name, 'model.onnx'), load))
  return analysed.get(name)!
}

/** The same model, differentiated by other rules. */
const withRules = (model: AnalysedModel, rules: RuleLookup): AnalysedModel => ({
  ...model,
  compile: (options) => compileExplainGraph(model.anatomy!, options, rules),
})

/** The same model with other insights about it. */
const withAnatomy = (model: AnalysedModel, anatomy: ModelAnatomy): AnalysedModel => ({
  ...model,
  anatomy,
  compile: (options) => compileExplainGraph(anatomy, options),
})

/** The rules with that of one operator replaced; `right` is the true rule's answer. */
const replacing =
  (op: string, broken: (context: RuleContext, right: Rule) => (string | null)[]): RuleLookup =>
  (node, opset) => {
    const found = ruleFor(node, opset)
    // Declared flat, so that a gradient that is left out counts as zero.
    const flat = node.inputs.map((_, index) => index)
    return node.op === op ? { ...found, flat, apply: (context) => broken(context, found.apply) } : found
  }

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

const dropSecond = ({ needs }: RuleContext, grads: (string | null)[]) =>
  needs(0) && needs(1) ? [grads[0]!, null, ...grads.slice(2)] : grads

/** Each gradient times a factor. */
const scaled = ({ g }: RuleContext, grads: (string | null)[], factor: number) =>
  grads.map((grad) => grad && g.scale(grad, factor))

/** LayerNormalization over the last axis, with terms left out. */
const layerNorm =
  ({ mean, projection }: { mean: boolean; projection: boolean }) =>
  ({ g, node, inputs: [x, scale], grads }: RuleContext) => {
    const centred = g.sub(x!, g.mean(x!, [-1], true))
    const variance = g.mean(g.mul(centred, centred), [-1], true)
    const deviation = g.op('Sqrt', [g.add(variance, g.scalar(node.floatAttr('epsilon', 1e-5)))])
    const xhat = g.div(centred, deviation)
    const d = g.mul(grads[0]!, scale!)
    const first = mean ? g.sub(d, g.mean(d, [-1], true)) : d
    const second = projection ? g.sub(first, g.mul(xhat, g.mean(g.mul(d, xhat), [-1], true))) : first
    return [g.div(second, deviation), null, null]
  }

type Broken = (context: RuleContext, right: Rule) => (string | null)[]

const WRITTEN_OUT = 'a normalisation without a scale, written out'

const breakages: [label: string, model: string, op: string, broken: Broken][] = [
  ['softmax without the sum', 'timm_vit_op17', 'Softmax', ({ g, grads, outputs }) => [g.mul(grads[0]!, outputs[0]!)]],
  ['softmax passed by', 'timm_vit_op17', 'Softmax', ({ grads }) => [grads[0]!]],
  ['layer norm without the mean', 'timm_vit_op17', 'LayerNormalization', layerNorm({ mean: false, projection: true })],
  [
    'layer norm without the projection',
    'timm_vit_op17',
    'LayerNormalization',
    layerNorm({ mean: true, projection: false }),
  ],
  [
    'layer norm without its scale',
    'hf_dinov2',
    'LayerNormalization',
    ({ g, ...context }, right) => right({ ...context, g, inputs: [context.inputs[0]!, g.scalar(1), ''] }),
  ],
  [
    'the slope of a written-out gelu 1 % too large',
    'timm_vit_op17',
    'Gelu',
    (context, right) => scaled(context, right(context), 1.01),
  ],
  [
    'the slope of Gelu 1 % too large',
    'timm_vit_dynamo23',
    'Gelu',
    (context, right) => scaled(context, right(context), 1.01),
  ],
  [
    'a square factor of a product not transposed',
    'timm_vit_op17',
    'MatMul',
    (context, right) => {
      const { g, inputs, grads, facts, needs } = context
      const [rows, columns] = facts(inputs[1]!).dims.slice(-2)
      return rows === columns && !needs(1) ? [g.matMul(grads[0]!, inputs[1]!), null] : right(context)
    },
  ],
  [
    'no gradient of the second factor of a product',
    'timm_vit_op17',
    'MatMul',
    (context, right) => dropSecond(context, right(context)),
  ],
  [
    'no gradient of the divisor in a written-out layer norm',
    WRITTEN_OUT,
    'Div',
    (context, right) => dropSecond(context, right(context)),
  ],
  [
    'the scale of attention dropped',
    'timm_vit_op17',
    'Mul',
    (context, right) => {
      const { inputs, facts, grads } = context
      const factor = Number(facts(inputs[1]!).constant?.data[0])
      return facts(inputs[1]!).dims.length === 0 && factor !== 0.5 ? [grads[0]!, null] : right(context)
    },
  ],
  [
    'one branch of the residual dropped',
    'timm_vit_op17',
    'Add',
    (context, right) => dropSecond(context, right(context)),
  ],
  ['slices of Concat exchanged', 'hf_dinov2', 'Concat', (context, right) => right(context).reverse()],
  [
    'parts of Split in the wrong order',
    'timm_vit_op17',
    'Split',
    (context, right) =>
      right({ ...context, grads: [...context.grads].reverse(), outputs: [...context.outputs].reverse() }),
  ],
  [
    'the count of a mean forgotten',
    'timm_vit_gap',
    'ReduceMean',
    (context, right) => scaled(context, right(context), 16),
  ],
  [
    'the mean of a decomposed layer norm dropped',
    WRITTEN_OUT,
    'ReduceMean',
    (context, right) => (context.node.intAttr('keepdims', 1) === 1 ? [null] : right(context)),
  ],
  ['the half of a root dropped', WRITTEN_OUT, 'Sqrt', (context, right) => scaled(context, right(context), 2)],
  [
    'the sign of a difference lost',
    WRITTEN_OUT,
    'Sub',
    (context, right) => [right(context)[0]!, context.needs(1) ? context.g.neg(right(context)[1]!) : null],
  ],
  [
    'the wrong token of Gather',
    'tv_vit_op17',
    'Gather',
    (context, right) => {
      const { g, grads, inputs, facts } = context
      const wrong = { ...facts(inputs[1]!), constant: { type: 'int64' as const, dims: [], data: BigInt64Array.of(1n) } }
      const facts2 = (name: string) => (name === inputs[1] ? wrong : facts(name))
      return facts(inputs[1]!).constant?.data[0] === 0n
        ? right({ ...context, g, grads, facts: facts2 })
        : right(context)
    },
  ],
  [
    'a gradient that is not a number',
    'timm_vit_op17',
    'Gemm',
    (context, right) => scaled(context, right(context), NaN),
  ],
]

describe('what is wrong is caught', () => {
  it('the rule that the broken ones vary is right itself', async () => {
    const rules = replacing('LayerNormalization', layerNorm({ mean: true, projection: true }))
    const certificate = await certify(withRules(await zooModel('timm_vit_op17'), rules), load)
    expect(certificate.passed).toBe(true)
  })

  it.each(breakages)('%s (%s)', async (_, name, op, broken) => {
    const model = name === WRITTEN_OUT ? await writtenOut() : await zooModel(name)
    const certificate = await certify(withRules(model, replacing(op, broken)), load)
    expect(certificate.passed).toBe(false)
    expect(certificate.failures).toEqual([expect.stringContaining('finite differences')])
    const { gradientError } = certificate
    expect(Number.isNaN(gradientError) || gradientError > 10 * LIMITS.gradient.float64, String(gradientError)).toBe(
      true,
    )
  })

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
  const file = join(mkdtempSync(join(os.tmpdir(), 'headlight-certify-')), 'model.onnx')
  writeFileSync(file, bytes)
  const certificate = await certify(await analyseModel(file, load), load)
  rmSync(dirname(file), { recursive: true })
  expect(certificate).toMatchObject({ passed: false, rowSumError: NaN })
})

/** A model of a head alone. */
async function withHead(head: Parameters<typeof tinyVit>[0]['head']): Promise<AnalysedModel> {
  const file = join(mkdtempSync(join(os.tmpdir(), 'headlight-certify-')), 'model.onnx')
  writeFileSync(file, tinyVit({ image: [16, 16], classToken: true, head }))
  const model = await analyseModel(file, load)
  rmSync(dirname(file), { recursive: true })
  return model
}

/** Logits of which all but this share does not depend on the attentions. */
const faint = (share: number) =>
  withHead(({ g, linear }, read) => {
    const logits = g.mul(linear(read, TINY_WIDTH, 5), g.constant(g.floats([1], [share])))
    return { logits: g.add(logits, g.constant(g.floats([5], [0.2, 0.1, -0.1, 0.3, 0]))) }
  })

describe('a rule that is wrong for the weakest head alone', () => {
  /** Attention whose second head carries a thousandth of the first one's values: its G is as much smaller. */
  const uneven = async () => {
    const bytes = tinyVit({
      image: [16, 16],
      classToken: true,
      head: ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) }),
      mix: (g, { v, ...qk }) => g.matMul(tinyAttention(g, qk), g.mul(v, g.constant(g.floats([1, 2, 1, 1], [1, 1e-3])))),
    })
    const file = join(mkdtempSync(join(os.tmpdir(), 'headlight-certify-')), 'model.onnx')
    writeFileSync(file, bytes)
    const model = await analyseModel(file, load)
    rmSync(dirname(file), { recursive: true })
    return model
  }

  /** G of the second head of the first layer, on which no other G depends, times a factor. */
  const brokenBy = (model: AnalysedModel, factor: number) => {
    const first = model.anatomy!.attentions.layers[0]![0]!.value
    return replacing('MatMul', (context, right) => {
      const [left, ...others] = right(context)
      const { g, inputs } = context
      if (inputs[0] !== first) return [left!, ...others]
      return [g.mul(left!, g.constant(g.floats([1, 2, 1, 1], [1, factor]))), ...others]
    })
  }

  it('is caught, and the head is named', async () => {
    const model = await uneven()
    const right = await certify(withRules(model, brokenBy(model, 1)), load)
    expect(right).toMatchObject({ passed: true, precision: 'float64' })
    expect(right.heads.map(({ together }) => together)).toEqual([6, 6, 6, 6, 6, 6])
    const wrong = await certify(withRules(model, brokenBy(model, 1.01)), load)
    expect(wrong.passed).toBe(false)
    expect(wrong.heads.filter(({ error }) => error > LIMITS.gradient.float64)).toMatchObject([{ layer: 0, head: 1 }])
  })
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

/** Tokens normalised by operators that are not read as one, since nothing scales the result. */
function writtenOut(): Promise<AnalysedModel> {
  return analysedFile(
    tinyVit({
      image: [16, 16],
      classToken: false,
      head: ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) }),
      read: (g, tokens) => {
        const centred = g.sub(tokens, g.mean(tokens, [2], true))
        const variance = g.mean(g.mul(centred, centred), [2], true)
        const normalised = g.div(centred, g.op('Sqrt', [g.add(variance, g.scalar(1e-5))]))
        return g.mean(g.mul(normalised, normalised), [1], false)
      },
    }),
  )
}

/** Convolutions, a Resize, pools and an Elu between the last attention and the logits. */
function convolutional(): Promise<AnalysedModel> {
  const bytes = tinyVit({
    image: [16, 16],
    classToken: false,
    head: ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) }),
    read: (g, tokens) => {
      const random = normals(2000, seeded(9))
      const weights = (dims: number[], from: number) =>
        g.constant(g.floats(dims, random.slice(from, from + dims.reduce((a, b) => a * b))))
      const plane = g.reshape(g.transpose(tokens, [0, 2, 1]), [0, TINY_WIDTH, 4, 4])
      const seen = g.op('Conv', [plane, weights([8, 4, 3, 3], 0), weights([8], 300)], { group: 2, pads: [1, 1, 1, 1] })
      const larger = g.op('Resize', [g.op('Elu', [seen]), '', g.constant(g.floats([4], [1, 1, 1.5, 2]))], {
        mode: 'linear',
      })
      const pooled = g.op('AveragePool', [larger], { kernel_shape: [3, 2], pads: [1, 0, 0, 1], strides: [2, 2] })
      const back = g.op('ConvTranspose', [pooled, weights([8, 8, 2, 2], 400)], { strides: [2, 2] })
      return g.reduce('ReduceMean', g.op('MaxPool', [back], { kernel_shape: [2, 2] }), [2, 3], false)
    },
  })
  return analysedFile(bytes)
}

async function analysedFile(bytes: Uint8Array): Promise<AnalysedModel> {
  const file = join(mkdtempSync(join(os.tmpdir(), 'headlight-certify-')), 'model.onnx')
  writeFileSync(file, bytes)
  const model = await analyseModel(file, load)
  rmSync(dirname(file), { recursive: true })
  return model
}

describe('operators that ONNX Runtime has no double kernel for', () => {
  it('are checked in double precision all the same', async () => {
    const model = await convolutional()
    expect(await certify(model, load)).toMatchObject({ passed: true, failures: [], precision: 'float64' })
    const certificate = await certify(model, load, { perHead: true })
    expect(certificate).toMatchObject({ passed: true, failures: [], precision: 'float64' })
    expect(certificate.gradientError).toBeLessThan(LIMITS.gradient.float64 / 10)
  })

  it.each(['Conv', 'Resize', 'AveragePool', 'MaxPool', 'ConvTranspose', 'Elu'])('%s 1 %% off is caught', async (op) => {
    const rules = replacing(op, (context, right) => scaled(context, right(context), 1.01))
    const certificate = await certify(withRules(await convolutional(), rules), load)
    expect(certificate).toMatchObject({ passed: false, precision: 'float64' })
  })
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

describe('smoothErf', () => {
  /** erf to 16 digits (C library). */
  const reference: [number, number][] = [
    [1e-6, 1.1283791670951364e-6],
    [0.01, 0.011283415555849616],
    [0.1, 0.1124629160182849],
    [0.25, 0.2763263901682369],
    [0.5, 0.5204998778130465],
    [0.75, 0.7111556336535151],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
    [8, 1.0],
  ]

  it.each(reference)('of %d', (x, erf) => {
    expect(Math.abs(smoothErf(x) - erf)).toBeLessThan(1e-11)
    expect(smoothErf(-x)).toBe(-smoothErf(x))
  })

  it('of 0 is 0', () => expect(Math.abs(smoothErf(0))).toBe(0))
})
