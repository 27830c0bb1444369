/** Gradients at points where a derivative is infinite or undefined. */
import type { GraphBuilder } from '../onnx/builder'

/**
 * A gradient that is zero where dy is zero. Elements that a Where or a mask leaves out may be divided by zero or be the
 * logarithm of zero, and zero times infinity is not a number.
 */
export function whereWanted(g: GraphBuilder, dy: string, grad: string): string {
  return g.where(g.op('Equal', [dy, g.scalar(0)]), g.scalar(0), grad)
}
