/** Softmax and its logarithm. Before opset 13 both flatten: axis and everything after it are one axis. */
import { onlyGrad, rule, type RuleContext } from '../rule'

/** The axes that are normalised together. */
function normalisedAxes({ node, facts, inputs, g }: RuleContext): number[] {
  const rank = facts(inputs[0]!).dims.length
  if (g.opset >= 13) return [wrap(node.intAttr('axis', -1), rank)]
  const first = wrap(node.intAttr('axis', 1), rank)
  return Array.from({ length: rank - first }, (_, index) => first + index)
}

const wrap = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis)

export const softmaxRules = [
  /** dx = y * (dy - sum(dy * y)). */
  rule('Softmax', {}, (context) => {
    const { g, outputs } = context
    const y = outputs[0]!
    const inner = g.mul(onlyGrad(context), y)
    return [g.sub(inner, g.mul(y, g.sum(inner, normalisedAxes(context), true)))]
  }),
  /** dx = dy - softmax(x) * sum(dy). */
  rule('LogSoftmax', {}, (context) => {
    const { g, outputs } = context
    const dy = onlyGrad(context)
    return [g.sub(dy, g.mul(g.op('Exp', [outputs[0]!]), g.sum(dy, normalisedAxes(context), true)))]
  }),
]
