/** Operators that take a part of a value: Slice, Gather, Trilu, and CumSum. Gradients are put back among zeros. */
import { reshapeDims } from '../../onnx/facts'
import { putBack, refuseBatch } from '../along-axis'
import { constantInts, wrapAxis } from '../constants'
import { onlyGrad, rule } from '../rule'

/** The indices that a slice of an axis takes. */
function slicedIndices(start: number, end: number, step: number, length: number): number[] {
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)
  const wrap = (value: number) => (value < 0 ? value + length : value)
  const from = step > 0 ? clamp(wrap(start), 0, length) : clamp(wrap(start), 0, length - 1)
  const to = step > 0 ? clamp(wrap(end), 0, length) : clamp(wrap(end), -1, length - 1)
  const indices: number[] = []
  for (let index = from; step > 0 ? index < to : index > to; index += step) indices.push(index)
  return indices
}

export const selectionRules = [
  rule('Slice', { since: 10 }, (context) => {
    const { g, inputs, outputs, facts } = context
    const from = facts(inputs[0]!)
    const rank = from.dims.length
    const starts = constantInts(context, 1)!
    const ends = constantInts(context, 2)!
    const axes = (constantInts(context, 3) ?? starts.map((_, index) => index)).map((axis) => wrapAxis(axis, rank))
    const steps = constantInts(context, 4) ?? starts.map(() => 1)
    let grad = onlyGrad(context)
    axes.forEach((axis, index) => {
      const indices = slicedIndices(starts[index]!, ends[index]!, steps[index]!, from.dims[axis]!)
      // At batch 1 a slice of the first sample looks like the whole value, but its result does not depend on the batch size.
      const followsBatch = from.batchAxis !== axis || facts(outputs[0]!).batchAxis === axis
      const whole = followsBatch && indices.length === from.dims[axis] && steps[index] === 1
      if (whole) return
      refuseBatch(from, axis, context)
      grad = putBack(g, grad, indices, from.dims[axis]!, { axis, rank })
    })
    return [grad, ...inputs.slice(1).map(() => null)]
  }),
  rule('Gather', {}, (context) => {
    const { g, node, inputs, facts } = context
    const from = facts(inputs[0]!)
    const rank = from.dims.length
    const axis = wrapAxis(node.intAttr('axis', 0), rank)
    refuseBatch(from, axis, context)
    const length = from.dims[axis]!
    const indices = constantInts(context, 1)!.map((index) => wrapAxis(index, length))
    const shape = reshapeDims(from)
    shape[axis] = indices.length
    const flat = facts(inputs[1]!).dims.length === 1 ? onlyGrad(context) : g.reshape(onlyGrad(context), shape)
    return [putBack(g, flat, indices, length, { axis, rank }), null]
  }),
  /** A triangle of the gradient. */
  rule('Trilu', {}, (context) => {
    const { g, node, inputs } = context
    const upper = node.intAttr('upper', 1)
    return [g.op('Trilu', [onlyGrad(context), ...inputs.slice(1)], { upper }), ...inputs.slice(1).map(() => null)]
  }),
  /** The gradient of a cumulative sum is the cumulative sum in the other direction. */
  rule('CumSum', {}, (context) => {
    const { g, node, inputs } = context
    const exclusive = node.intAttr('exclusive', 0)
    const reverse = 1 - node.intAttr('reverse', 0)
    return [g.op('CumSum', [onlyGrad(context), inputs[1]!], { exclusive, reverse }), null]
  }),
]
