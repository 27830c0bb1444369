/** Normalisation layers. */
import { unbroadcast } from '../broadcast'
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
function affineGrads(context: RuleContext, normalised: () => string): (string | null)[] {
  const { g, inputs, facts, needs } = context
  const dy = onlyGrad(context)
  const down = (grad: string, index: number) => unbroadcast(g, grad, facts(inputs[0]!), facts(inputs[index]!))
  const scale = inputs.length > 1 ? [needs(1) ? down(g.mul(dy, normalised()), 1) : null] : []
  const bias = inputs.length > 2 ? [inputs[2] && needs(2) ? down(dy, 2) : null] : []
  return [...scale, ...bias]
}

/** dx = rstd * (d - mean(d) - xhat * mean(d * xhat)), d = dy * scale. */
const layerNormalization: Rule = (context) => {
  const { g, node, inputs, needs } = context
  const axes = axesFrom(context)
  const x = inputs[0]!
  const centred = g.sub(x, g.mean(x, axes, true))
  const rstd = inverseDeviation(context, centred, axes, node.floatAttr('epsilon', 1e-5))
  const xhat = g.mul(centred, rstd)
  if (!needs(0)) return [null, ...affineGrads(context, () => xhat)]
  const d = g.mul(onlyGrad(context), inputs[1]!)
  const projected = g.mul(xhat, g.mean(g.mul(d, xhat), axes, true))
  const dx = g.mul(rstd, g.sub(g.sub(d, g.mean(d, axes, true)), projected))
  return [dx, ...affineGrads(context, () => xhat)]
}

/** The same without a mean: dx = rstd * (d - xhat * mean(d * xhat)). */
const rmsNormalization: Rule = (context) => {
  const { g, node, inputs, needs } = context
  const axes = axesFrom(context)
  const rstd = inverseDeviation(context, inputs[0]!, axes, node.floatAttr('epsilon', 1e-5))
  const xhat = g.mul(inputs[0]!, rstd)
  if (!needs(0)) return [null, ...affineGrads(context, () => xhat)]
  const d = g.mul(onlyGrad(context), inputs[1]!)
  const dx = g.mul(rstd, g.sub(d, g.mul(xhat, g.mean(g.mul(d, xhat), axes, true))))
  return [dx, ...affineGrads(context, () => xhat)]
}

export const normalizationRules = [
  rule('LayerNormalization', {}, layerNormalization),
  rule('RMSNormalization', {}, rmsNormalization),
  rule('SimplifiedLayerNormalization', {}, rmsNormalization),
  /** In inference an affine map of each channel (axis 1). */
  rule('BatchNormalization', {}, (context) => {
    const { g, node, inputs, facts } = context
    const rank = facts(inputs[0]!).dims.length
    const [, scale, , , variance] = inputs as [string, string, string, string, string]
    const deviation = g.op('Sqrt', [g.add(variance, g.scalar(node.floatAttr('epsilon', 1e-5)))])
    const channels = [-1, ...Array.from({ length: rank - 2 }, () => 1)]
    return [g.mul(onlyGrad(context), g.reshape(g.div(scale, deviation), channels)), null, null, null, null]
  }),
]
