/** Averages, norms and maxima over windows. */
import { elementCount } from '../../onnx/tensor'
import { zerosLike } from '../broadcast'
import { windowMaps } from '../axis-maps'
import { onlyGrad, rule } from '../rule'
import { transposedMaps } from './resampling'

export const poolingRules = [
  rule('AveragePool', { since: 7 }, (context) => {
    const rank = context.facts(context.inputs[0]!).dims.length
    return [transposedMaps(context, onlyGrad(context), windowMaps(context), rank)]
  }),
  /** y = (sum |x|^p)^(1/p): dx = x |x|^(p-2) times the sum of dy y^(1-p) over the windows with x; zero where y is. */
  rule('LpPool', {}, (context) => {
    const { g, node, inputs, outputs, facts } = context
    const [x, y] = [inputs[0]!, outputs[0]!]
    const p = node.intAttr('p', 2)
    const positive = g.op('Greater', [y, g.scalar(0)])
    const power = g.op('Pow', [g.where(positive, y, g.scalar(1)), g.scalar(1 - p)])
    const shared = g.where(positive, g.mul(onlyGrad(context), power), g.scalar(0))
    const back = transposedMaps(context, shared, windowMaps(context, { p: 1 }), facts(x).dims.length)
    const steep = g.mul(g.op('Sign', [x]), g.op('Pow', [g.op('Abs', [x]), g.scalar(p - 1)]))
    return [g.mul(back, p === 2 ? x : steep)]
  }),
  /** The gradient of each window goes to the place of its maximum, the first of equals, as the operator counts them. */
  rule('MaxPool', { since: 16 }, (context) => {
    const { g, node, inputs, facts } = context
    const x = inputs[0]!
    const { dims, batchAxis } = facts(x)
    const [, places] = g.like(node, [x], { storage_order: undefined }, 2) as [string, string]
    const flat = (value: string) => g.reshape(value, [-1])
    const zeros = flat(zerosLike(g, x))
    const added = g.op('ScatterElements', [zeros, flat(places), flat(onlyGrad(context))], { axis: 0, reduction: 'add' })
    const shape = dims.map((length, axis) => (axis === (batchAxis ?? 0) ? -1 : length))
    return [elementCount(dims) === 0 ? zerosLike(g, x) : g.reshape(added, shape)]
  }),
]
