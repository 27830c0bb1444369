/** Operators that only move values: transposes, reshapes, joins and copies. */
import { HeadlightError } from '../../errors'
import { reshapeDims } from '../../onnx/facts'
import { unbroadcast, zerosLike } from '../broadcast'
import { constantInts, wrapAxis } from '../constants'
import { onlyGrad, rule, type Rule } from '../rule'

/** Reshapes the gradient to the shape of the input; further inputs (shapes, axes) have no gradient. */
const reshapeBack: Rule = (context) => {
  const { g, inputs, facts } = context
  const shape = reshapeDims(facts(inputs[0]!))
  // A length of 0 would be copied from the gradient.
  const back = shape.includes(0) ? zerosLike(g, inputs[0]!) : g.reshape(onlyGrad(context), shape)
  return [back, ...inputs.slice(1).map(() => null)]
}

export const shapeRules = [
  rule('Reshape', {}, reshapeBack),
  rule('Flatten', {}, reshapeBack),
  rule('Squeeze', {}, reshapeBack),
  rule('Unsqueeze', {}, reshapeBack),
  rule('Transpose', {}, (context) => {
    const { g, node, inputs, facts } = context
    const rank = facts(inputs[0]!).dims.length
    const perm = node.intsAttr('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
    const inverse = perm.map((_, axis) => perm.indexOf(axis))
    return [g.transpose(onlyGrad(context), inverse)]
  }),
  rule('Concat', {}, (context) => {
    const { g, node, inputs, outputs, facts, needs } = context
    const axis = wrapAxis(node.intAttr('axis', 0), facts(outputs[0]!).dims.length)
    if (facts(outputs[0]!).batchAxis === axis) {
      throw new HeadlightError(
        'unsupported-model',
        `Node '${node.label}' joins values along the batch axis; Headlight explains each image by itself.`,
      )
    }
    let start = 0
    return inputs.map((name, index) => {
      const from = start
      start += facts(name).dims[axis]!
      return needs(index) ? g.slice(onlyGrad(context), [from], [start], [axis]) : null
    })
  }),
  rule('Split', {}, (context) => {
    const { g, node, inputs, outputs, grads, facts } = context
    const axis = wrapAxis(node.intAttr('axis', 0), facts(inputs[0]!).dims.length)
    const parts = outputs.map((name, index) => grads[index] ?? zerosLike(g, name))
    return [g.concat(parts, axis), ...inputs.slice(1).map(() => null)]
  }),
  rule('Expand', {}, (context) => {
    const { g, inputs, outputs, facts } = context
    return [unbroadcast(g, onlyGrad(context), facts(outputs[0]!), facts(inputs[0]!)), null]
  }),
  /** Each axis becomes (repeats, length); the repeats are summed. */
  rule('Tile', {}, (context) => {
    const { g, inputs, facts } = context
    const from = facts(inputs[0]!)
    const repeats = constantInts(context, 1)!
    const dims = reshapeDims(from)
    const split = g.reshape(
      onlyGrad(context),
      dims.flatMap((dim, axis) => [repeats[axis]!, dim]),
    )
    return [
      g.sum(
        split,
        dims.map((_, axis) => 2 * axis),
        false,
      ),
      null,
    ]
  }),
]
