/** Elementwise operators of two or more operands, with broadcasting. */
import { dataTypeOf } from '../../onnx/proto-tensor'
import { unbroadcast } from '../broadcast'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** Sums a gradient of the output's shape down to operand `index`. */
function toOperand(context: RuleContext, index: number, grad: string): string {
  const { g, facts, inputs, outputs } = context
  return unbroadcast(g, grad, facts(outputs[0]!), facts(inputs[index]!))
}

/** One gradient an operand, made only where it is wanted. */
function perOperand(context: RuleContext, gradOf: (index: number) => string): (string | null)[] {
  return context.inputs.map((_, index) => (context.needs(index) ? toOperand(context, index, gradOf(index)) : null))
}

/** Where operand `index` is the chosen one; ties give the whole gradient to the first operand that reaches the extremum. */
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
    const { g, inputs, outputs } = context
    const overB = g.div(onlyGrad(context), inputs[1]!)
    return perOperand(context, (index) => (index === 0 ? overB : g.neg(g.mul(overB, outputs[0]!))))
  }),
  /** d(a^b) = dy*b*a^(b-1), dy*y*ln(a); the exponent's gradient is taken as 0 where a <= 0. */
  rule('Pow', {}, (context) => {
    const { g, inputs, outputs, facts } = context
    const [base, exponent] = inputs as [string, string]
    const dy = onlyGrad(context)
    return perOperand(context, (index) => {
      if (index === 0) {
        const power = facts(exponent).constant
        if (power && power.data.length === 1 && Number(power.data[0]) === 2) return g.scale(g.mul(dy, base), 2)
        const castExponent =
          facts(exponent).type === facts(base).type ? exponent : g.cast(exponent, dataTypeOf(facts(base).type))
        return g.mul(dy, g.mul(castExponent, g.op('Pow', [base, g.sub(castExponent, g.scalar(1))])))
      }
      const positive = g.op('Greater', [base, g.scalar(0)])
      const log = g.op('Log', [g.where(positive, base, g.scalar(1))])
      return g.mul(dy, g.mul(outputs[0]!, log))
    })
  }),
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
