import { GraphNode } from '../../onnx/node'
import { otherOperand, type FindComposite, type GraphLook } from './composite'

/** From the Erf of a written-out gelu, x/2 (1 + erf(x / sqrt 2)), however its factors are ordered. */
export const findGelu: FindComposite = (erf, look) => {
  const x = erf.op === 'Erf' ? unscaled(look, erf.inputs[0]!, Math.SQRT1_2) : undefined
  const plusOne = x === undefined ? undefined : look.only(erf.outputs[0]!)
  if (x === undefined || plusOne?.op !== 'Add' || !look.isScalar(otherOperand(plusOne, erf.outputs[0]!), 1)) return null
  const first = look.only(plusOne.outputs[0]!)
  if (first?.op !== 'Mul') return null
  const factor = otherOperand(first, plusOne.outputs[0]!)
  const members = [look.producer(erf.inputs[0]!)!, erf, plusOne, first]
  let last = first
  if (unscaled(look, factor, 0.5) === x) members.push(look.producer(factor)!)
  else {
    const isHalf = look.isScalar(factor, 0.5)
    const second = factor === x || isHalf ? look.only(first.outputs[0]!) : undefined
    if (second?.op !== 'Mul') return null
    const rest = otherOperand(second, first.outputs[0]!)
    if (!(factor === x ? look.isScalar(rest, 0.5) : rest === x)) return null
    members.push(second)
    last = second
  }
  return { node: new GraphNode('Gelu', [x], last.outputs, [], '', last.name), members }
}

/** x, where `value` is x times `factor` (or divided by its inverse). */
function unscaled(look: GraphLook, value: string, factor: number): string | undefined {
  const node = look.producer(value)
  if (node?.op === 'Div' && look.isScalar(node.inputs[1]!, 1 / factor)) return node.inputs[0]
  if (node?.op !== 'Mul') return undefined
  return node.inputs.find((input) => look.isScalar(otherOperand(node, input), factor))
}
