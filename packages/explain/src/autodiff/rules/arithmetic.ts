/** Elementwise operators of two or more operands, with broadcasting. */
import { dataTypeOf } from '../../onnx/proto-tensor'
import { unbroadcast } from '../broadcast'
import { whereWanted } from '../singular'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** Sums a gradient of the output's shape down to operand `index`. */
function toOperand(context: RuleContext, index: number, grad: string): string {
  const { g, facts, inputs, outputs } = context
  return unbroadcast(g, grad, facts(outputs[0]!), facts(inputs[index]!))
}

/** One gradient for each operand, built only where it is needed. */
function perOperand(context: RuleContext, gradOf: (index: number) => string): (string | null)[] {
  return context.inputs.map((_, index) => (context.needs(index) ? toOperand(context, index, gradOf(index)) : null))
}

/** A mask of the elements where operand `index` is chosen. With ties the first operand that reaches the extremum gets the whole gradient. */
function extremumGrad(context: RuleContext, index: number): string {
  const { g, inputs, outputs, node } = context
  const dy = onlyGrad(context)
  const zero = g.scalar(0)
  const beats = (a: string, b: string) => g.op('Equal', [a, b])
  let chosen = beats(inputs[index]!, outputs[0]!)
  for (const earlier of node.inputs.slice(0, index)) {
    chosen = g.op('And', [chosen, g.op('Not', [beats(earlier, outputs[0]!)])])
  }
  return g.where(chosen, dy, zero)
}

/**
 * The gradient of a power's base: zero for an exponent of zero, and zero at a base of zero where the slope is infinite
 * though the power is finite, as in a norm.
 */
function baseGrad(context: RuleContext): string {
  const { g, inputs, facts } = context
  const [base, exponent] = inputs as [string, string]
  const dy = onlyGrad(context)
  const { constant, type } = facts(exponent)
  const power = constant?.data.length === 1 ? Number(constant.data[0]) : null
  if (power === 2) return g.scale(g.mul(dy, base), 2)
  const own = type === facts(base).type ? exponent : g.cast(exponent, dataTypeOf(facts(base).type))
  const slope = g.mul(own, g.op('Pow', [base, g.sub(own, g.scalar(1))]))
  const grad = g.mul(dy, slope)
  if (power !== null && power >= 1) return grad
  const zeroPower = g.op('Equal', [own, g.scalar(0)])
  const below = g.op('And', [g.op('Greater', [own, g.scalar(0)]), g.op('Less', [own, g.scalar(1)])])
  const steep = g.op('And', [g.op('Equal', [base, g.scalar(0)]), below])
  return whereWanted(g, dy, g.where(g.op('Or', [zeroPower, steep]), g.scalar(0), grad))
}

/** The gradient of a power's exponent, in the exponent's type; zero where the base is not positive. */
function exponentGrad(context: RuleContext): string {
  const { g, inputs, outputs, facts } = context
  const [base, exponent] = inputs as [string, string]
  const dy = onlyGrad(context)
  const positive = g.op('Greater', [base, g.scalar(0)])
  const log = g.op('Log', [g.where(positive, base, g.scalar(1))])
  const grad = g.where(positive, g.mul(dy, g.mul(outputs[0]!, log)), g.scalar(0))
  const { type } = facts(exponent)
  return type === facts(base).type ? grad : g.cast(grad, dataTypeOf(type))
}

export const arithmeticRules = [
  rule('Add', {}, (context) => perOperand(context, () => onlyGrad(context))),
  rule('Sum', {}, (context) => perOperand(context, () => onlyGrad(context))),
  rule('Mean', {}, (context) =>
    perOperand(context, () => context.g.scale(onlyGrad(context), 1 / context.inputs.length)),
  ),
  rule('Sub', {}, (context) =>
    perOperand(context, (index) => (index === 0 ? onlyGrad(context) : context.g.neg(onlyGrad(context)))),
  ),
  rule('Mul', {}, (context) =>
    perOperand(context, (index) => context.g.mul(onlyGrad(context), context.inputs[1 - index]!)),
  ),
  /** d(a/b) = dy/b, -dy*y/b. */
  rule('Div', {}, (context) => {
    const { g, inputs, outputs, facts } = context
    const dy = onlyGrad(context)
    // A constant divisor is not zero. A computed one may be zero in elements that the output does not use.
    const guarded = (grad: string) => (facts(inputs[1]!).constant ? grad : whereWanted(g, dy, grad))
    const overB = g.div(dy, inputs[1]!)
    return perOperand(context, (index) => guarded(index === 0 ? overB : g.neg(g.mul(overB, outputs[0]!))))
  }),
  /** d(a^b) = dy*b*a^(b-1), dy*y*ln(a). */
  rule('Pow', {}, (context) =>
    perOperand(context, (index) => (index === 0 ? baseGrad(context) : exponentGrad(context))),
  ),
  rule('Min', {}, (context) => perOperand(context, (index) => extremumGrad(context, index))),
  rule('Max', {}, (context) => perOperand(context, (index) => extremumGrad(context, index))),
  rule('Where', {}, (context) => {
    const { g, inputs, outputs, facts, needs } = context
    const dy = onlyGrad(context)
    const part = (index: number, yes: string, no: string) =>
      needs(index) ? unbroadcast(g, g.where(inputs[0]!, yes, no), facts(outputs[0]!), facts(inputs[index]!)) : null
    return [null, part(1, dy, g.scalar(0)), part(2, g.scalar(0), dy)]
  }),
]
