/** Gradient rules that are wrong are caught by the certificate, each by its own. */
import { describe, expect, it } from 'vitest'
import type { Rule, RuleContext } from '../autodiff/rule'
import { quickRuntime as load } from '../testing/runtimes'
import type { AnalysedModel } from './api'
import { certify, LIMITS } from './certify'
import { normals, seeded } from './random'
import { analysedBytes, replacing, scaled, withRules, zooModel } from '../testing/broken-models'
import { tinyAttention, tinyVit, TINY_WIDTH } from './testing/tiny-vit'

const dropSecond = ({ needs }: RuleContext, grads: (string | null)[]) =>
  needs(0) && needs(1) ? [grads[0]!, null, ...grads.slice(2)] : grads

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
})

describe('a rule that is wrong for the weakest head alone', () => {
  /** Attention whose second head carries a thousandth of the first one's values: its G is as much smaller. */
  const uneven = () => {
    const bytes = tinyVit({
      image: [16, 16],
      classToken: true,
      head: ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) }),
      mix: (g, { v, ...qk }) => g.matMul(tinyAttention(g, qk), g.mul(v, g.constant(g.floats([1, 2, 1, 1], [1, 1e-3])))),
    })
    return analysedBytes(bytes)
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

/** Tokens normalised by operators that are not read as one, since nothing scales the result. */
function writtenOut(): Promise<AnalysedModel> {
  return analysedBytes(
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
  return analysedBytes(bytes)
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
