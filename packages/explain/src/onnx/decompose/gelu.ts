import type { GraphBuilder } from '../builder'
import type { Decomposition } from './decomposition'

/** x/2 (1 + erf(x / sqrt 2)). */
export function exactGelu(g: GraphBuilder, x: string): string {
  const half = g.scale(x, 0.5)
  return g.mul(half, g.add(g.op('Erf', [g.scale(x, Math.SQRT1_2)]), g.scalar(1)))
}

/** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
export function tanhGelu(g: GraphBuilder, x: string): string {
  const cubic = g.mul(x, g.scale(g.mul(x, x), 0.044715))
  const tanh = g.op('Tanh', [g.scale(g.add(x, cubic), Math.sqrt(2 / Math.PI))])
  return g.mul(g.scale(x, 0.5), g.add(tanh, g.scalar(1)))
}

const withBias = (g: GraphBuilder, inputs: string[]) => (inputs[1] ? g.add(inputs[0]!, inputs[1]) : inputs[0]!)

export const gelu: Decomposition = ({ g, inputs }) => [exactGelu(g, inputs[0]!)]
export const biasGelu: Decomposition = ({ g, inputs }) => [exactGelu(g, withBias(g, inputs))]
export const fastGelu: Decomposition = ({ g, inputs }) => [tanhGelu(g, withBias(g, inputs))]

/** x sigmoid(alpha x). */
export const quickGelu: Decomposition = ({ g, node, inputs }) => {
  const x = inputs[0]!
  return [g.mul(x, g.op('Sigmoid', [g.scale(x, node.floatAttr('alpha', 1.702))]))]
}
