/** Normalisation over the last axis, written out as exporters do where the opset has no operator for it. */
import { attributes, GraphNode } from '../../onnx/node'
import { otherOperand, type Composite, type FindComposite, type GraphLook } from './composite'

/** v / sqrt(mean(v^2) + epsilon) of a node, with the nodes that compute it. */
interface Divided {
  value: string
  epsilon: number
  members: GraphNode[]
}

/** From the Div, or the product with a reciprocal, of (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) * scale + bias. */
export const findLayerNormalization: FindComposite = (at, look) => {
  const divided = findDivided(at, look)
  const centred = divided && centredOf(divided.value, look)
  if (!centred) return null
  return affine(at, look, {
    op: 'LayerNormalization',
    x: centred.x,
    epsilon: divided.epsilon,
    members: [...centred.members, ...divided.members],
    biased: true,
  })
}

/** The same without a mean: x / sqrt(mean(x^2) + epsilon) * scale. */
export const findRmsNormalization: FindComposite = (at, look) => {
  const divided = findDivided(at, look)
  if (!divided || centredOf(divided.value, look)) return null
  const { value, epsilon, members } = divided
  return affine(at, look, { op: 'RMSNormalization', x: value, epsilon, members, biased: false })
}

/** The factor and, of a layer normalisation, the summand behind the division. */
function affine(
  at: GraphNode,
  look: GraphLook,
  {
    op,
    x,
    epsilon,
    members,
    biased,
  }: { op: string; x: string; epsilon: number; members: GraphNode[]; biased: boolean },
): Composite | null {
  const scaled = look.only(at.outputs[0]!)
  const scale = scaled && otherOperand(scaled, at.outputs[0]!)
  if (scaled?.op !== 'Mul' || !look.isVector(scale!, x)) return null
  const shifted = biased ? look.only(scaled.outputs[0]!) : undefined
  const bias = shifted?.op === 'Add' ? otherOperand(shifted, scaled.outputs[0]!) : undefined
  const hasBias = bias !== undefined && look.isVector(bias, x)
  const last = hasBias ? shifted! : scaled
  return {
    node: new GraphNode(
      op,
      hasBias ? [x, scale!, bias] : [x, scale!],
      last.outputs,
      attributes({ axis: -1, epsilon: { float: epsilon } }),
      '',
      last.name,
    ),
    members: [...members, at, ...(hasBias ? [scaled, shifted!] : [scaled])],
  }
}

function findDivided(at: GraphNode, look: GraphLook): Divided | null {
  const operands = [at.inputs, at.inputs.toReversed()] as [string, string][]
  for (const [value, by] of at.op === 'Mul' ? operands : at.op === 'Div' ? operands.slice(0, 1) : []) {
    const inverse = at.op === 'Div' ? { of: by, members: [] } : reciprocalOf(by, look)
    const root = inverse && look.made(inverse.of, 'Sqrt')
    const sum = root && look.made(root.inputs[0]!, 'Add')
    const mean = sum?.inputs.find((input) => look.scalar(input) === undefined)
    const epsilon = mean === undefined ? undefined : look.scalar(otherOperand(sum!, mean))
    const square = mean === undefined ? undefined : look.meanOf(mean)
    const squared = square === undefined ? undefined : look.producer(square)
    const same = squared && squareOf(squared, value, look)
    if (epsilon === undefined || !same) continue
    return { value, epsilon, members: [...inverse!.members, root!, sum!, look.producer(mean!)!, squared, ...same] }
  }
  return null
}

function reciprocalOf(value: string, look: GraphLook): { of: string; members: GraphNode[] } | null {
  const node = look.producer(value)
  if (node?.op === 'Reciprocal') return { of: node.inputs[0]!, members: [node] }
  if (node?.op === 'Div' && look.isScalar(node.inputs[0]!, 1)) return { of: node.inputs[1]!, members: [node] }
  return null
}

/** What computes `value` once more, where a node is the square of it; undefined where it is of another. */
function squareOf({ op, inputs }: GraphNode, value: string, look: GraphLook): GraphNode[] | undefined {
  const [base, second] = inputs as [string, string | undefined]
  if (!(op === 'Pow' && look.isScalar(second!, 2)) && !(op === 'Mul' && second === base)) return undefined
  if (base === value) return []
  // Some exporters take the mean off twice, once for either use.
  const [again, first] = [centredOf(base, look), centredOf(value, look)]
  return again && again.x === first?.x ? again.members : undefined
}

/** x, where `value` is x - mean(x). */
function centredOf(value: string, look: GraphLook): { x: string; members: GraphNode[] } | null {
  const difference = look.made(value, 'Sub')
  const x = difference?.inputs[0]
  if (x === undefined || look.meanOf(difference!.inputs[1]!) !== x) return null
  return { x, members: [difference!, look.producer(difference!.inputs[1]!)!] }
}
