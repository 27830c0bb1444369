/** What a test of a gradient rule is made of: a small graph around one operator. */
import type { GraphBuilder } from '../../onnx/builder'

/** A value that is cut out of the graph's input, so that its gradient can be checked. */
export interface Operand {
  /** Shape at batch 1. The length of the batch axis may be more than 1 (heads merged with the batch). */
  dims: number[]
  /** Which axis grows with the batch; 0 unless given. */
  batchAxis?: number
  /** Its values, from standard normal ones; as they are unless given. */
  values?: (normal: number, index: number) => number
}

export interface GradientCase {
  /** The operator whose rule is checked. */
  op: string
  /** What is special about this case. */
  name: string
  /** 17 unless given. */
  opset?: number
  operands: Operand[]
  /** Builds the graph over the operands and gives its output. Constants are made with `g.floats`, of either precision. */
  build(g: GraphBuilder, operands: string[]): string
  /** Differences in single precision, because ONNX Runtime's cpu has no double kernel for an operator of the case. */
  single?: boolean
  /** The model takes one sample only: no value has a batch axis. */
  fixedBatch?: boolean
}

/** Values away from zero on the positive side. */
export const positive = (normal: number): number => Math.abs(normal) + 0.5

/** Deterministic constants that look like weights: no two are alike, none is near zero. */
export function weights(g: GraphBuilder, dims: number[]): string {
  const count = dims.reduce((product, dim) => product * dim, 1)
  const values = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 1 : -1) * (0.6 + 0.37 * Math.sin(3 * at + 1)))
  return g.constant(g.floats(dims, values))
}
