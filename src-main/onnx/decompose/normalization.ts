import type { GraphBuilder } from '../builder'
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
