/** Elementwise functions of one value. */
import { isFloat } from '../../onnx/facts'
import { dataTypeOf } from '../../onnx/proto-tensor'
import { whereWanted } from '../singular'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** A rule whose only gradient is built from dy, x and y. */
function unary(
  op: string,
  grad: (g: RuleContext['g'], dy: string, x: string, y: string, context: RuleContext) => string,
) {
  return rule(op, {}, (context) => {
    const dx = grad(context.g, onlyGrad(context), context.inputs[0]!, context.outputs[0]!, context)
    return [dx, ...context.inputs.slice(1).map(() => null)]
  })
}

const onePlusSquare = (g: RuleContext['g'], x: string) => g.add(g.scalar(1), g.mul(x, x))
const oneMinusSquare = (g: RuleContext['g'], x: string) => g.sub(g.scalar(1), g.mul(x, x))

export const unaryRules = [
  unary('Identity', (_, dy) => dy),
  /** In inference Dropout gives its input unchanged. */
  rule('Dropout', { flat: [1] }, (context) => [onlyGrad(context), ...context.inputs.slice(1).map(() => null)]),
  unary('Neg', (g, dy) => g.neg(dy)),
  unary('Abs', (g, dy, x) => g.mul(dy, g.op('Sign', [x]))),
  /** Zero at 0, where the slope is infinite, as in a norm. */
  unary('Sqrt', (g, dy, _x, y) => {
    const positive = g.op('Greater', [y, g.scalar(0)])
    return g.where(positive, g.div(g.scale(dy, 0.5), y), g.scalar(0))
  }),
  unary('Reciprocal', (g, dy, _x, y) => whereWanted(g, dy, g.neg(g.mul(dy, g.mul(y, y))))),
  unary('Exp', (g, dy, _x, y) => g.mul(dy, y)),
  unary('Log', (g, dy, x) => whereWanted(g, dy, g.div(dy, x))),
  unary('Sin', (g, dy, x) => g.mul(dy, g.op('Cos', [x]))),
  unary('Cos', (g, dy, x) => g.neg(g.mul(dy, g.op('Sin', [x])))),
  unary('Tan', (g, dy, _x, y) => g.mul(dy, onePlusSquare(g, y))),
  unary('Asin', (g, dy, x) => whereWanted(g, dy, g.div(dy, g.op('Sqrt', [oneMinusSquare(g, x)])))),
  unary('Acos', (g, dy, x) => whereWanted(g, dy, g.neg(g.div(dy, g.op('Sqrt', [oneMinusSquare(g, x)]))))),
  unary('Atan', (g, dy, x) => g.div(dy, onePlusSquare(g, x))),
  unary('Sinh', (g, dy, x) => g.mul(dy, g.op('Cosh', [x]))),
  unary('Cosh', (g, dy, x) => g.mul(dy, g.op('Sinh', [x]))),
  unary('Asinh', (g, dy, x) => g.div(dy, g.op('Sqrt', [onePlusSquare(g, x)]))),
  unary('Acosh', (g, dy, x) => whereWanted(g, dy, g.div(dy, g.op('Sqrt', [g.neg(oneMinusSquare(g, x))])))),
  unary('Atanh', (g, dy, x) => whereWanted(g, dy, g.div(dy, oneMinusSquare(g, x)))),
  /** d erf(x) = 2/sqrt(pi) * exp(-x^2). */
  unary('Erf', (g, dy, x) => g.mul(dy, g.scale(g.op('Exp', [g.neg(g.mul(x, x))]), 2 / Math.sqrt(Math.PI)))),
  /** Piecewise constant functions have a gradient of zero. */
  ...['Sign', 'Floor', 'Ceil', 'Round'].map((op) => rule(op, { flat: [0] }, () => [null])),
  /** A cast between floating-point types casts the gradient back; a cast from integers ends it. */
  rule('Cast', { flat: [0] }, (context) => {
    const from = context.facts(context.inputs[0]!).type
    const to = context.facts(context.outputs[0]!).type
    if (!isFloat(from) || !isFloat(to)) return [null]
    return [from === to ? onlyGrad(context) : context.g.cast(onlyGrad(context), dataTypeOf(from))]
  }),
  rule('CastLike', { flat: [0, 1] }, (context) => {
    const from = context.facts(context.inputs[0]!).type
    const to = context.facts(context.outputs[0]!).type
    if (!isFloat(from) || !isFloat(to)) return [null, null]
    return [from === to ? onlyGrad(context) : context.g.cast(onlyGrad(context), dataTypeOf(from)), null]
  }),
]
