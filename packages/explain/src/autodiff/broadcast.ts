/** Gradients through ONNX's multidirectional broadcasting. */
import type { GraphBuilder } from '../onnx/builder'
import { reshapeDims, type ValueFacts } from '../onnx/facts'

/** Sums a gradient of shape `from` down to the operand of shape `to` that was broadcast. */
export function unbroadcast(g: GraphBuilder, grad: string, from: ValueFacts, to: ValueFacts): string {
  const lead = from.dims.length - to.dims.length
  const axes = from.dims.flatMap((_, axis) => {
    const own = axis - lead
    return axis < lead || !sameLength(from, axis, to, own) ? [axis] : []
  })
  if (axes.length === 0) return grad
  const reduced = g.sum(grad, axes, lead === 0)
  if (lead === 0) return reduced
  return g.reshape(reduced, reshapeDims(to))
}

/** Zeros of a value's shape and the current floating-point type. */
export function zerosLike(g: GraphBuilder, name: string): string {
  return g.op('Expand', [g.scalar(0), g.op('Shape', [name])])
}

/** Whether axes of two values have equal length at every batch size. */
function sameLength(a: ValueFacts, axisA: number, b: ValueFacts, axisB: number): boolean {
  return a.dims[axisA] === b.dims[axisB] && (a.batchAxis === axisA) === (b.batchAxis === axisB)
}
