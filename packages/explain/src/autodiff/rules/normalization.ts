/** Normalisation layers. */
import { HeadlightError } from '../../errors'
import type { GraphNode } from '../../onnx/node'
import { dataTypeOf } from '../../onnx/proto-tensor'
import { elementCount } from '../../onnx/tensor'
import { unbroadcast, zerosLike } from '../broadcast'
import { wrapAxis } from '../constants'
import { onlyGrad, rule, type Rule, type RuleContext } from '../rule'

function axesFrom({ node, facts, inputs }: RuleContext): number[] {
  const rank = facts(inputs[0]!).dims.length
  const first = wrapAxis(node.intAttr('axis', -1), rank)
  return Array.from({ length: rank - first }, (_, index) => first + index)
}

/** 1 / sqrt(mean(x^2) + epsilon) over `axes`, kept. */
function inverseDeviation({ g }: RuleContext, centred: string, axes: number[], epsilon: number): string {
  const variance = g.mean(g.mul(centred, centred), axes, true)
  return g.op('Reciprocal', [g.op('Sqrt', [g.add(variance, g.scalar(epsilon))])])
}

/** Gradients of scale and bias, where wanted, from dy and the normalised input. */
function affineGrads(context: RuleContext, dy: string | null, normalised: () => string): (string | null)[] {
  const { g, inputs, facts, needs } = context
  return inputs.slice(1).map((name, at) => {
    if (!name || !needs(at + 1)) return null
    const from = facts(inputs[0]!)
    const to = facts(name)
    if (dy === null) return zerosLike(g, name)
    return unbroadcast(g, at === 0 ? g.mul(dy, normalised()) : dy, from, to)
  })
}

/** rstd * (d - mean(d) - xhat * mean(d * xhat)), d = dy * scale: what comes from the normalised output. */
function fromOutput({ g, inputs }: RuleContext, dy: string, xhat: string, rstd: string, axes: number[]): string {
  const d = g.mul(dy, inputs[1]!)
  const projected = g.mul(xhat, g.mean(g.mul(d, xhat), axes, true))
  return g.mul(rstd, g.sub(g.sub(d, g.mean(d, axes, true)), projected))
}

/** Outputs are y, the mean and 1 / deviation: d mean / dx = 1/n, d rstd / dx = -rstd^2 xhat / n. */
const layerNormalization: Rule = (context) => {
  const { g, node, inputs, facts, grads, needs } = context
  const axes = axesFrom(context)
  const x = inputs[0]!
  const type = facts(x).type
  // Mean and deviation may be kept in another precision than x.
  const own = (index: number) => {
    const grad = grads[index]
    return grad && facts(context.outputs[index]!).type !== type ? g.cast(grad, dataTypeOf(type)) : (grad ?? null)
  }
  const [dy, dMean, dRstd] = [own(0), own(1), own(2)]
  return g.meeting(type, () => {
    const centred = g.sub(x, g.mean(x, axes, true))
    const rstd = inverseDeviation(context, centred, axes, node.floatAttr('epsilon', 1e-5))
    const xhat = g.mul(centred, rstd)
    const count = elementCount(axes.map((axis) => facts(x).dims[axis]!))
    const whole = (grad: string) => g.op('Expand', [grad, g.op('Shape', [x])])
    const parts = [
      dy && fromOutput(context, dy, xhat, rstd, axes),
      dMean && whole(g.scale(dMean, 1 / count)),
      dRstd && g.scale(g.mul(g.mul(dRstd, g.mul(rstd, rstd)), xhat), -1 / count),
    ].filter((part) => part !== null)
    const dx = () => (parts.length === 1 ? parts[0]! : g.op('Sum', parts))
    return [needs(0) ? dx() : null, ...affineGrads(context, dy, () => xhat)]
  })
}

/** The same without a mean: dx = rstd * (d - xhat * mean(d * xhat)). */
const rmsNormalization: Rule = (context) => {
  const { g, node, inputs, needs } = context
  const axes = axesFrom(context)
  const dy = onlyGrad(context)
  const rstd = inverseDeviation(context, inputs[0]!, axes, node.floatAttr('epsilon', 1e-5))
  const xhat = g.mul(inputs[0]!, rstd)
  if (!needs(0)) return [null, ...affineGrads(context, dy, () => xhat)]
  const d = g.mul(dy, inputs[1]!)
  const dx = g.mul(rstd, g.sub(d, g.mul(xhat, g.mean(g.mul(d, xhat), axes, true))))
  return [dx, ...affineGrads(context, dy, () => xhat)]
}

/** In inference an affine map of each channel (axis 1): y = (x - mean) * scale / sqrt(variance + epsilon) + bias. */
const batchNormalization: Rule = (context) => {
  const { g, node, inputs, facts, needs } = context
  if (node.intAttr('training_mode', 0) === 1) throw inTraining(node)
  const { dims, type } = facts(inputs[0]!)
  const dy = onlyGrad(context)
  const [x, scale, , mean, variance] = inputs.map((name) => {
    if (facts(name).type === type) return name
    return g.cast(name, dataTypeOf(type))
  }) as [string, string, string, string, string]
  const channels = (value: string) => g.reshape(value, [-1, ...dims.slice(2).map(() => 1)])
  const others = dims.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
  const stable = g.add(variance, g.scalar(node.floatAttr('epsilon', 1e-5)))
  const deviation = g.op('Sqrt', [stable])
  const factor = g.div(scale, deviation)
  /** Sums over everything but channels, `[C]`, in the type of input `index`. */
  const perChannel = (index: number, build: (sum: (value: string) => string) => string) => {
    if (!needs(index)) return null
    if (facts(inputs[0]!).batchAxis !== null) throw acrossBatch(node, index)
    const grad = build((value) => g.sum(value, others, false))
    const to = facts(inputs[index]!).type
    return to === type ? grad : g.cast(grad, dataTypeOf(to))
  }
  const centred = () => g.sub(x, channels(mean))
  return [
    needs(0) ? g.mul(dy, channels(factor)) : null,
    perChannel(1, (sum) => g.div(sum(g.mul(dy, centred())), deviation)),
    perChannel(2, (sum) => sum(dy)),
    perChannel(3, (sum) => g.neg(g.mul(factor, sum(dy)))),
    perChannel(4, (sum) => g.scale(g.mul(g.div(factor, stable), sum(g.mul(dy, centred()))), -0.5)),
  ]
}

const inTraining = (node: GraphNode) =>
  new HeadlightError(
    'unsupported-model',
    `BatchNormalization (node '${node.label}') is in training mode, where a picture's logits depend on the others of its batch. Call model.eval() before exporting.`,
  )

const acrossBatch = (node: GraphNode, index: number) =>
  new HeadlightError(
    'unsupported-model',
    `Input ${index} of BatchNormalization (node '${node.label}') changes with the image and is shared by the batch; Headlight explains each image by itself.`,
  )

export const normalizationRules = [
  rule('LayerNormalization', {}, layerNormalization),
  rule('RMSNormalization', {}, rmsNormalization),
  rule('SimplifiedLayerNormalization', {}, rmsNormalization),
  rule('BatchNormalization', {}, batchNormalization),
]
