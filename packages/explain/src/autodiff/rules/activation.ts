/** Activation functions. */
import { unbroadcast } from '../broadcast'
import { onlyGrad, rule, type RuleContext } from '../rule'

type G = RuleContext['g']

/** An activation whose gradient is dy times its derivative. */
function activation(op: string, derivative: (g: G, x: string, y: string, context: RuleContext) => string) {
  return rule(op, {}, (context) => {
    const slope = derivative(context.g, context.inputs[0]!, context.outputs[0]!, context)
    return [context.g.mul(onlyGrad(context), slope)]
  })
}

const sigmoid = (g: G, x: string) => g.op('Sigmoid', [x])
const oneMinus = (g: G, a: string) => g.sub(g.scalar(1), a)
const positive = (g: G, x: string) => g.op('Greater', [x, g.scalar(0)])

/** An activation that chooses between gradients. Multiplying an infinite gradient by a slope of 0 would give NaN. */
function chosen(op: string, gradient: (g: G, dy: string, x: string, y: string, context: RuleContext) => string) {
  return rule(op, {}, (context) => {
    const { g, inputs, outputs } = context
    return [gradient(g, onlyGrad(context), inputs[0]!, outputs[0]!, context)]
  })
}

/** Phi(x) + x phi(x), with u = x / sqrt 2: (1 + erf(u) + 2 / sqrt(pi) u exp(-u^2)) / 2. */
export function geluSlope(g: G, x: string): string {
  const u = g.scale(x, Math.SQRT1_2)
  // The factor 2 / sqrt(pi) is part of the exponent, which saves a pass over the value.
  const bell = g.mul(u, g.op('Exp', [g.sub(g.scalar(Math.log(2 / Math.sqrt(Math.PI))), g.mul(u, u))]))
  const twice = g.add(g.add(g.op('Erf', [u]), bell), g.scalar(1))
  return g.scale(twice, 0.5)
}

/** Derivative of 0.5 x (1 + tanh(u)), u = sqrt(2/pi) (x + 0.044715 x^3), written with sigmoid(2u). */
function tanhGeluSlope(g: G, x: string): string {
  const k = 2 * Math.sqrt(2 / Math.PI)
  const square = g.mul(x, x)
  const s = sigmoid(g, g.mul(x, g.add(g.scalar(k), g.scale(square, k * 0.044715))))
  const du = g.add(g.scalar(k), g.scale(square, 3 * k * 0.044715))
  return g.mul(s, g.add(g.scalar(1), g.mul(g.mul(x, oneMinus(g, s)), du)))
}

export const activationRules = [
  chosen('Relu', (g, dy, x) => g.where(positive(g, x), dy, g.scalar(0))),
  activation('Tanh', (g, _x, y) => oneMinus(g, g.mul(y, y))),
  activation('Sigmoid', (g, _x, y) => g.mul(y, oneMinus(g, y))),
  activation('Softplus', (g, x) => sigmoid(g, x)),
  activation('Softsign', (g, x) => {
    const denominator = g.add(g.scalar(1), g.op('Abs', [x]))
    return g.op('Reciprocal', [g.mul(denominator, denominator)])
  }),
  chosen('LeakyRelu', (g, dy, x, _y, { node }) =>
    g.where(positive(g, x), dy, g.scale(dy, node.floatAttr('alpha', 0.01))),
  ),
  /** y = alpha (e^x - 1) below 0, so its slope is y + alpha there. */
  activation('Elu', (g, x, y, { node }) =>
    g.where(positive(g, x), g.scalar(1), g.add(y, g.scalar(node.floatAttr('alpha', 1)))),
  ),
  /** y = gamma alpha (e^x - 1) below 0, so its slope is y + gamma alpha there. */
  activation('Selu', (g, x, y, { node }) => {
    const gamma = node.floatAttr('gamma', 1.0507010221481323)
    const steep = gamma * node.floatAttr('alpha', 1.6732631921768188)
    return g.where(positive(g, x), g.scalar(gamma), g.add(y, g.scalar(steep)))
  }),
  /** y = alpha (e^(x / alpha) - 1) below 0, so its slope is y / alpha + 1 there. */
  activation('Celu', (g, x, y, { node }) => {
    const slope = g.add(g.scale(y, 1 / node.floatAttr('alpha', 1)), g.scalar(1))
    return g.where(positive(g, x), g.scalar(1), slope)
  }),
  chosen('ThresholdedRelu', (g, dy, x, _y, { node }) =>
    g.where(g.op('Greater', [x, g.scalar(node.floatAttr('alpha', 1))]), dy, g.scalar(0)),
  ),
  chosen('HardSigmoid', (g, dy, _x, y, { node }) => {
    const inside = g.op('And', [positive(g, y), g.op('Less', [y, g.scalar(1)])])
    return g.where(inside, g.scale(dy, node.floatAttr('alpha', 0.2)), g.scalar(0))
  }),
  /** x * clip(x/6 + 1/2, 0, 1). */
  activation('HardSwish', (g, x) => {
    const ramp = g.add(g.scale(x, 1 / 3), g.scalar(0.5))
    const low = g.where(g.op('Greater', [x, g.scalar(-3)]), ramp, g.scalar(0))
    return g.where(g.op('Less', [x, g.scalar(3)]), low, g.scalar(1))
  }),
  activation('Gelu', (g, x, _y, { node }) =>
    node.stringAttr('approximate', 'none') === 'tanh' ? tanhGeluSlope(g, x) : geluSlope(g, x),
  ),
  /** y = x sigmoid(alpha x), the Swish of opset 24. */
  activation('Swish', (g, x, y, { node }) => {
    const alpha = node.floatAttr('alpha', 1)
    const s = sigmoid(g, g.scale(x, alpha))
    return g.add(s, g.mul(g.scale(y, alpha), oneMinus(g, s)))
  }),
  /** y = x tanh(softplus(x)). */
  activation('Mish', (g, x) => {
    const t = g.op('Tanh', [g.op('Softplus', [x])])
    return g.add(t, g.mul(g.mul(x, sigmoid(g, x)), oneMinus(g, g.mul(t, t))))
  }),
  /** Clip-11 and later: bounds are inputs. At a bound the gradient passes, as in PyTorch's clamp. */
  rule('Clip', { since: 11 }, (context) => {
    const { g, inputs, outputs, facts, needs } = context
    const [x, low, high] = inputs as [string, string | undefined, string | undefined]
    const dy = onlyGrad(context)
    const zero = g.scalar(0)
    const toBound = (at: number, taken: string) =>
      needs(at) ? unbroadcast(g, g.where(taken, dy, zero), facts(outputs[0]!), facts(inputs[at]!)) : null
    // min(max(x, low), high): where low is above high, only the upper bound has an effect.
    const atLeast = low ? g.op('Max', [x, low]) : x
    const above = high ? g.op('Greater', [atLeast, high]) : null
    const below = low ? g.op('Less', [x, low]) : null
    const inside = below ? g.where(below, zero, dy) : dy
    const belowOnly = below && above ? g.op('And', [below, g.op('Not', [above])]) : below
    const grads = [above ? g.where(above, zero, inside) : inside]
    return [
      ...grads,
      ...[belowOnly, above].slice(0, inputs.length - 1).map((taken, at) => taken && toBound(at + 1, taken)),
    ]
  }),
  /** The slope broadcasts against x. */
  rule('PRelu', {}, (context) => {
    const { g, inputs, outputs, facts, needs } = context
    const [x, slope] = inputs as [string, string]
    const dy = onlyGrad(context)
    const right = positive(g, x)
    const toSlope = () => g.where(right, g.scalar(0), g.mul(dy, x))
    return [
      g.where(right, dy, g.mul(dy, slope)),
      needs(1) ? unbroadcast(g, toSlope(), facts(outputs[0]!), facts(slope)) : null,
    ]
  }),
]
