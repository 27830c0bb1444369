import type { GraphBuilder } from '../builder'
import { reshapeDims } from '../facts'
import type { Decomposition, DecomposeContext } from './decomposition'

const EPSILON = { layer: 1e-5, skip: 1e-12 } as const

function rms(g: GraphBuilder, x: string, epsilon: number, axes: number[]): string {
  const meanSquare = g.mean(g.mul(x, x), axes, true)
  return g.div(x, g.op('Sqrt', [g.add(meanSquare, g.scalar(epsilon))]))
}

function affine(g: GraphBuilder, x: string, scale: string | undefined, bias: string | undefined): string {
  const scaled = scale ? g.mul(x, scale) : x
  return bias ? g.add(scaled, bias) : scaled
}

/** The normalised axes counted from the end, so that no rank has to be known. */
function axesOf({ node, facts, inputs }: DecomposeContext): number[] {
  const axis = node.intAttr('axis', -1)
  const rank = facts.get(inputs[0]!)?.dims.length
  const from = axis >= 0 && rank !== undefined ? axis - rank : axis
  return Array.from({ length: -from }, (_, index) => from + index)
}

function normalised(g: GraphBuilder, x: string, epsilon: number, axes: number[]): string {
  return rms(g, g.sub(x, g.mean(x, axes, true)), epsilon, axes)
}

export const layerNormalization: Decomposition = (context) => {
  const { g, node, inputs } = context
  return [
    affine(
      g,
      normalised(g, inputs[0]!, node.floatAttr('epsilon', EPSILON.layer), axesOf(context)),
      inputs[1],
      inputs[2],
    ),
  ]
}

export const simplifiedLayerNormalization: Decomposition = (context) => {
  const { g, node, inputs } = context
  return [
    affine(g, rms(g, inputs[0]!, node.floatAttr('epsilon', EPSILON.layer), axesOf(context)), inputs[1], undefined),
  ]
}

/** Input, skip, scale, bias of the norm, bias of the sum; output 3 is the sum itself. */
export const skipLayerNormalization: Decomposition = ({ g, node, inputs }) => {
  const [input, skip, scale, bias, sumBias] = inputs as [string, string, string, string?, string?]
  const sum = sumBias ? g.add(g.add(input, skip), sumBias) : g.add(input, skip)
  const y = affine(g, normalised(g, sum, node.floatAttr('epsilon', EPSILON.skip), [-1]), scale, bias)
  return [y, '', '', sum]
}

/** Input, skip, scale, bias of the sum. */
export const skipSimplifiedLayerNormalization: Decomposition = ({ g, node, inputs }) => {
  const [input, skip, scale, sumBias] = inputs as [string, string, string, string?]
  const sum = sumBias ? g.add(g.add(input, skip), sumBias) : g.add(input, skip)
  return [affine(g, rms(g, sum, node.floatAttr('epsilon', EPSILON.skip), [-1]), scale, undefined), '', '', sum]
}

/** x `[N, C, ..]` with a value a channel. */
function perChannel({ facts, inputs, g }: DecomposeContext, value: string): string {
  return g.reshape(value, [
    -1,
    ...facts
      .get(inputs[0]!)!
      .dims.slice(2)
      .map(() => 1),
  ])
}

/** Each channel of each sample over its positions; scale and bias a channel. */
export const instanceNormalization: Decomposition = (context) => {
  const { g, node, inputs, facts } = context
  const [x, scale, bias] = inputs as [string, string, string]
  const positions = facts.get(x)!.dims.flatMap((_, axis) => (axis < 2 ? [] : [axis]))
  const y = normalised(g, x, node.floatAttr('epsilon', EPSILON.layer), positions)
  return [affine(g, y, perChannel(context, scale), perChannel(context, bias))]
}

/** Groups of channels together; scale and bias a group before opset 21, a channel from then on. */
export const groupNormalization: Decomposition = (context) => {
  const { g, node, inputs, facts } = context
  const [x, scale, bias] = inputs as [string, string, string]
  const grouped = g.reshape(x, [0, node.intAttr('num_groups', 1), -1])
  const epsilon = node.floatAttr('epsilon', EPSILON.layer)
  const y = normalised(g, grouped, epsilon, [2])
  const shape = reshapeDims(facts.get(x)!)
  if (g.opset >= 21) return [affine(g, g.reshape(y, shape), perChannel(context, scale), perChannel(context, bias))]
  return [g.reshape(affine(g, y, g.reshape(scale, [-1, 1]), g.reshape(bias, [-1, 1])), shape)]
}

/** x over its norm along an axis; zeros stay zeros. */
export const lpNormalization: Decomposition = ({ g, node, inputs }) => {
  const norm = g.reduce(
    node.intAttr('p', 2) === 1 ? 'ReduceL1' : 'ReduceL2',
    inputs[0]!,
    [node.intAttr('axis', -1)],
    true,
  )
  return [g.div(inputs[0]!, g.where(g.op('Equal', [norm, g.scalar(0)]), g.scalar(1), norm))]
}
