/** Operators that change the resolution: Resize, DepthToSpace, SpaceToDepth. */
import { HeadlightError } from '../../errors'
import { timesMatrix } from '../along-axis'
import { resizeMaps, type AxisMap } from '../axis-maps'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** The gradient of a product with a matrix along each axis: products with the transposed ones. */
export function transposedMaps({ g }: RuleContext, grad: string, maps: readonly AxisMap[], rank: number): string {
  return maps.reduce((value, { axis, matrix }) => {
    return timesMatrix(g, value, g.transpose(matrix, [1, 0]), { axis, rank })
  }, grad)
}

/** y [N, C, H b, W b] of x [N, C b b, H, W], where the channels are ordered (C, b, b): the way back. */
function channelsFirst({ g, inputs, facts }: RuleContext, grad: string, block: number): string {
  const [, channels, height, width] = facts(inputs[0]!).dims as [number, number, number, number]
  const split = g.reshape(grad, [-1, channels / block ** 2, height, block, width, block])
  return g.reshape(g.transpose(split, [0, 1, 3, 5, 2, 4]), [-1, channels, height, width])
}

export const resamplingRules = [
  rule('Resize', { since: 10 }, (context) => {
    const { inputs, facts } = context
    const grad = transposedMaps(context, onlyGrad(context), resizeMaps(context), facts(inputs[0]!).dims.length)
    return [grad, ...inputs.slice(1).map(() => null)]
  }),
  rule('DepthToSpace', {}, (context) => {
    const { g, node } = context
    const block = node.intAttr('blocksize', 1)
    const mode = node.stringAttr('mode', 'DCR')
    if (mode === 'CRD') return [channelsFirst(context, onlyGrad(context), block)]
    if (mode === 'DCR') return [g.op('SpaceToDepth', [onlyGrad(context)], { blocksize: block })]
    throw new HeadlightError(
      'unsupported-model',
      `DepthToSpace (node '${node.label}') with mode '${mode}' has no gradient rule.`,
    )
  }),
  rule('SpaceToDepth', {}, (context) => {
    const { g, node } = context
    return [g.op('DepthToSpace', [onlyGrad(context)], { blocksize: node.intAttr('blocksize', 1) })]
  }),
]
