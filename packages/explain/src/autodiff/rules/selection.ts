/** Operators that take a part of a value: Slice, Gather, Pad. Gradients are put back among zeros. */
import { HeadlightError } from '../../errors'
import { reshapeDims, type ValueFacts } from '../../onnx/facts'
import { zerosLike } from '../broadcast'
import { constantInts, wrapAxis } from '../constants'
import { onlyGrad, rule, type RuleContext } from '../rule'

type G = RuleContext['g']

/**
 * Places `grad`, whose `axis` runs over `indices` of an axis of length `length`, among zeros.
 * A contiguous run is padded; any other selection, repeats included, is a product with a one-hot matrix.
 */
function putBack(g: G, grad: string, indices: number[], length: number, axis: number, rank: number): string {
  // Where nothing was selected, the gradient has no entries and padding alone makes it.
  const start = indices[0] ?? 0
  if (indices.every((value, index) => value === start + index)) {
    const after = length - start - indices.length
    if (start === 0 && after === 0) return grad
    const pads = Array.from({ length: 2 * rank }, () => 0)
    pads[axis] = start
    pads[rank + axis] = after
    return g.op('Pad', [grad, g.ints(pads)])
  }
  const oneHot = new Float32Array(indices.length * length)
  indices.forEach((value, row) => (oneHot[row * length + value] = 1))
  const perm = Array.from({ length: rank }, (_, each) => each)
  ;[perm[axis], perm[rank - 1]] = [perm[rank - 1]!, perm[axis]!]
  const matrix = g.constant(g.floats([indices.length, length], oneHot))
  return g.transpose(g.matMul(g.transpose(grad, perm), matrix), perm)
}

function refuseBatch(facts: ValueFacts, axis: number, { node }: RuleContext): void {
  if (facts.batchAxis === axis) {
    throw new HeadlightError(
      'unsupported-model',
      `${node.op} (node '${node.label}') selects along the batch axis; Headlight explains each image by itself.`,
    )
  }
}

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

/** The gradient of the value that Pad fills with: the sum of dy outside of x. */
function fillGrad(context: RuleContext): string {
  const { g, inputs, outputs, facts } = context
  const { dims, batchAxis } = facts(outputs[0]!)
  if (batchAxis !== null) refuseBatch(facts(outputs[0]!), batchAxis, context)
  const ones = g.op('Expand', [g.scalar(1), g.op('Shape', [inputs[0]!])])
  const [, pads, , axes] = inputs as [string, string, string?, string?]
  const covered = g.op('Pad', axes ? [ones, pads, '', axes] : [ones, pads])
  const outside = g.mul(onlyGrad(context), g.sub(g.scalar(1), covered))
  const every = dims.map((_, axis) => axis)
  const { dims: own } = facts(inputs[2]!)
  return g.reshape(g.sum(outside, every, false), own)
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
      grad = putBack(g, grad, indices, from.dims[axis]!, axis, rank)
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
    return [putBack(g, flat, indices, length, axis, rank), null]
  }),
  rule('Pad', { since: 11 }, (context) => {
    const { g, node, inputs, facts, needs } = context
    if (node.stringAttr('mode', 'constant') !== 'constant') {
      throw new HeadlightError(
        'unsupported-model',
        `Pad (node '${node.label}') with mode '${node.stringAttr('mode', '')}' has no gradient rule.`,
      )
    }
    const dims = facts(inputs[0]!).dims
    const pads = constantInts(context, 1)!
    const axes = (constantInts(context, 3) ?? dims.map((_, axis) => axis)).map((axis) => wrapAxis(axis, dims.length))
    const further = inputs.slice(1).map((name, at) => (at === 1 && name && needs(2) ? fillGrad(context) : null))
    const padded = axes.flatMap((axis, index) => {
      const [before, after] = [pads[index]!, pads[axes.length + index]!]
      return before === 0 && after === 0 ? [] : [{ axis, before, after }]
    })
    if (padded.length === 0) return [onlyGrad(context), ...further]
    const sliced = g.slice(
      onlyGrad(context),
      padded.map(({ before }) => Math.max(before, 0)),
      padded.map(({ axis, before }) => before + dims[axis]!),
      padded.map(({ axis }) => axis),
    )
    // Negative pads crop; the gradient of what was cropped is zero.
    const back = Array.from({ length: 2 * dims.length }, () => 0)
    for (const { axis, before, after } of padded) {
      back[axis] = Math.max(-before, 0)
      back[dims.length + axis] = Math.max(-after, 0)
    }
    const grad = back.some((pad) => pad > 0) ? g.op('Pad', [sliced, g.ints(back)]) : sliced
    return [grad, ...further]
  }),
  /** A triangle of the gradient. */
  rule('Trilu', {}, (context) => {
    const { g, node, inputs } = context
    const upper = node.intAttr('upper', 1)
    return [g.op('Trilu', [onlyGrad(context), ...inputs.slice(1)], { upper }), ...inputs.slice(1).map(() => null)]
  }),
  /** The gradient of each element that was taken is added at its place in the input. */
  rule('GatherElements', { since: 16 }, (context) => {
    const { g, node, inputs, facts } = context
    const axis = node.intAttr('axis', 0)
    refuseBatch(facts(inputs[0]!), wrapAxis(axis, facts(inputs[0]!).dims.length), context)
    const added = g.op('ScatterElements', [zerosLike(g, inputs[0]!), inputs[1]!, onlyGrad(context)], {
      axis,
      reduction: 'add',
    })
    return [added, null]
  }),
  /** The gradient of a cumulative sum is the cumulative sum in the other direction. */
  rule('CumSum', {}, (context) => {
    const { g, node, inputs } = context
    const exclusive = node.intAttr('exclusive', 0)
    const reverse = 1 - node.intAttr('reverse', 0)
    return [g.op('CumSum', [onlyGrad(context), inputs[1]!], { exclusive, reverse }), null]
  }),
]
