/** Reductions over axes. */
import { elementCount } from '../../onnx/tensor'
import type { ValueFacts } from '../../onnx/facts'
import { axesOf } from '../constants'
import { onlyGrad, rule, type RuleContext } from '../rule'
import { HeadlightError } from '../../errors'

interface Reduced {
  x: string
  facts: ValueFacts
  axes: number[]
  /** Gradient and output with the reduced axes kept, so that both broadcast against x. */
  dy: string
  y: string
}

function reduced(context: RuleContext): Reduced {
  const { g, node, inputs, outputs, facts } = context
  const x = inputs[0]!
  const shape = facts(x)
  const axes = reducedAxes(context, shape)
  if (shape.batchAxis !== null && axes.includes(shape.batchAxis)) {
    throw new HeadlightError(
      'unsupported-model',
      `${node.op} (node '${node.label}') reduces over the batch; Headlight explains each image by itself.`,
    )
  }
  const keep = node.intAttr('keepdims', 1) === 1 || axes.length === 0
  const sorted = [...axes].sort((a, b) => a - b)
  const kept = (name: string) => (keep ? name : g.unsqueeze(name, sorted))
  return { x, facts: shape, axes, dy: kept(onlyGrad(context)), y: kept(outputs[0]!) }
}

/** Without axes all axes are reduced, or none where the node's attribute says so. */
function reducedAxes(context: RuleContext, { dims }: ValueFacts): number[] {
  const axes = axesOf(context, dims.length) ?? []
  if (axes.length > 0 || context.node.intAttr('noop_with_empty_axes', 0) === 1) return axes
  return dims.map((_, axis) => axis)
}

/** A rule whose gradient broadcasts to the shape of x, because x is one of its operands. */
function reduction(op: string, grad: (g: RuleContext['g'], r: Reduced) => string) {
  return rule(op, {}, (context) => [grad(context.g, reduced(context)), ...context.inputs.slice(1).map(() => null)])
}

const expanded = (g: RuleContext['g'], dy: string, x: string) => g.op('Expand', [dy, g.op('Shape', [x])])

const reducedCount = ({ facts, axes }: Reduced) => elementCount(axes.map((axis) => facts.dims[axis]!))

/** The reduction by maximum or minimum: ties share the gradient evenly, as PyTorch's amax. */
const extremum = (op: string) => reduction(op, extremumGrad)

function extremumGrad(g: RuleContext['g'], { x, y, dy, axes }: Pick<Reduced, 'x' | 'y' | 'dy' | 'axes'>): string {
  if (axes.length === 0) return dy
  const hit = g.where(g.op('Equal', [x, y]), g.scalar(1), g.scalar(0))
  return g.mul(hit, g.div(dy, g.sum(hit, axes, true)))
}

export const reductionRules = [
  reduction('ReduceSum', (g, r) => expanded(g, r.dy, r.x)),
  reduction('ReduceMean', (g, r) => expanded(g, g.scale(r.dy, 1 / reducedCount(r)), r.x)),
  reduction('ReduceSumSquare', (g, r) => g.mul(g.scale(r.dy, 2), r.x)),
  reduction('ReduceL1', (g, r) => g.mul(r.dy, g.op('Sign', [r.x]))),
  /** Zero where the norm is zero, as PyTorch's subgradient. */
  reduction('ReduceL2', (g, r) => {
    const positive = g.op('Greater', [r.y, g.scalar(0)])
    return g.mul(r.x, g.where(positive, g.div(r.dy, g.where(positive, r.y, g.scalar(1))), g.scalar(0)))
  }),
  reduction('ReduceLogSumExp', (g, r) => g.mul(r.dy, g.op('Exp', [g.sub(r.x, r.y)]))),
  reduction('ReduceLogSum', (g, r) => expanded(g, g.mul(r.dy, g.op('Exp', [g.neg(r.y)])), r.x)),
  /** The product of the others. Beside one zero it is that of all that are not zero; beside several it is zero. */
  reduction('ReduceProd', (g, r) => {
    if (r.axes.length === 0) return r.dy
    const zero = g.op('Equal', [r.x, g.scalar(0)])
    const safe = g.where(zero, g.scalar(1), r.x)
    const zeros = g.sum(g.where(zero, g.scalar(1), g.scalar(0)), r.axes, true)
    const others = g.div(g.reduce('ReduceProd', safe, r.axes, true), safe)
    const besides = g.where(zero, g.sub(zeros, g.scalar(1)), zeros)
    return g.mul(r.dy, g.where(g.op('Equal', [besides, g.scalar(0)]), others, g.scalar(0)))
  }),
  extremum('ReduceMax'),
  extremum('ReduceMin'),
  rule('GlobalAveragePool', {}, (context) => {
    const { g, inputs, facts } = context
    const pixels = elementCount(facts(inputs[0]!).dims.slice(2))
    return [expanded(g, g.scale(onlyGrad(context), 1 / pixels), inputs[0]!)]
  }),
  rule('GlobalMaxPool', {}, (context) => {
    const { g, inputs, outputs, facts } = context
    const axes = facts(inputs[0]!).dims.flatMap((_, axis) => (axis < 2 ? [] : [axis]))
    return [extremumGrad(g, { x: inputs[0]!, y: outputs[0]!, dy: onlyGrad(context), axes })]
  }),
]
