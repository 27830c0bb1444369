/** Softmax and its logarithm. Before opset 13 both flatten: axis and everything after it are one axis. */
import type { Graph } from '../../onnx/graph'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** The axes that are normalised together. */
function normalisedAxes({ node, facts, inputs, g }: RuleContext): number[] {
  const rank = facts(inputs[0]!).dims.length
  if (g.opset >= 13) return [wrap(node.intAttr('axis', -1), rank)]
  const first = wrap(node.intAttr('axis', 1), rank)
  return Array.from({ length: rank - first }, (_, index) => first + index)
}

/** Whether an IsNaN or a Where reads the softmax, directly or behind a cast. */
function isGuarded(graph: Graph, value: string): boolean {
  return graph.nodes.some(({ op, inputs, outputs }) => {
    if (!inputs.includes(value)) return false
    return op === 'IsNaN' || op === 'Where' || ((op === 'Cast' || op === 'Identity') && isGuarded(graph, outputs[0]!))
  })
}

const wrap = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis)

export const softmaxRules = [
  /** dx = y * (dy - sum(dy * y)). */
  rule('Softmax', {}, (context) => {
    const { g, outputs } = context
    // A fully masked row is NaN. Where a guard replaces it, its gradient is zero.
    const y = isGuarded(g.graph, outputs[0]!)
      ? g.where(g.op('IsNaN', [outputs[0]!]), g.scalar(0), outputs[0]!)
      : outputs[0]!
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
