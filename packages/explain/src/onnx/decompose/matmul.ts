import { fusedActivation } from './activation'
import type { Decomposition, DecomposeContext } from './decomposition'
import { HeadlightError } from '../../errors'

/** Swaps the last two axes of an operand. */
function transposed({ g, facts, node }: DecomposeContext, name: string): string {
  const rank = facts.get(name)?.dims.length
  if (rank === undefined)
    throw new HeadlightError('internal', `The rank of '${name}' (node '${node.label}') is not known.`)
  const perm = Array.from({ length: rank }, (_, axis) => axis)
  perm.push(...perm.splice(rank - 2, 1))
  return g.transpose(name, perm)
}

/** alpha A' B', where ' swaps the last two axes. */
export const fusedMatMul: Decomposition = (context) => {
  const { g, node } = context
  if (node.intAttr('transBatchA', 0) === 1 || node.intAttr('transBatchB', 0) === 1) {
    throw new HeadlightError(
      'unsupported-model',
      `FusedMatMul (node '${node.label}') transposes batch axes; export the model without graph optimisation.`,
    )
  }
  const a = node.intAttr('transA', 0) === 1 ? transposed(context, node.inputs[0]!) : node.inputs[0]!
  const b = node.intAttr('transB', 0) === 1 ? transposed(context, node.inputs[1]!) : node.inputs[1]!
  return [g.scale(g.matMul(a, b), node.floatAttr('alpha', 1))]
}

/** alpha A' B' + beta C with an activation after it. */
export const fusedGemm: Decomposition = ({ g, node, inputs }) => {
  const product = g.op('Gemm', inputs, {
    alpha: { float: node.floatAttr('alpha', 1) },
    beta: { float: node.floatAttr('beta', 1) },
    transA: node.intAttr('transA', 0),
    transB: node.intAttr('transB', 0),
  })
  const settings = ['activation_alpha', 'activation_beta'].flatMap((name) => node.attribute(name)?.f ?? [])
  return [fusedActivation(g, node, product, settings)]
}
