/** Constant operands and axes, read from inputs or attributes, depending on the opset. */
import { HeadlightError } from '../errors'
import type { RuleContext } from './rule'

/** The whole numbers of a constant input; undefined where the input is absent. Throws where it is computed from pixels. */
export function constantInts(
  context: Pick<RuleContext, 'node' | 'inputs' | 'facts'>,
  index: number,
): number[] | undefined {
  const name = context.inputs[index]
  if (!name) return undefined
  const constant = context.facts(name).constant
  if (!constant || constant.type === 'string') {
    throw new HeadlightError(
      'unsupported-model',
      `Input ${index} of ${context.node.op} (node '${context.node.label}') changes with the image or the batch; Headlight needs it constant.`,
    )
  }
  return Array.from(constant.data as ArrayLike<number | bigint>, Number)
}

/** An axis counted from the front. */
export function wrapAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** The axes of a reduction, squeeze or the like: input 1 in newer opsets, an attribute in older ones. */
export function axesOf(context: RuleContext, rank: number): number[] | undefined {
  const axes = context.node.intsAttr('axes') ?? constantInts(context, 1)
  return axes?.map((axis) => wrapAxis(axis, rank))
}
