/** Attention rollout (Abnar and Zuidema, arXiv 2005.00928), with head fusion and discard ratio as options. */
import { int64 } from '../../onnx/tensor'
import { patchColumns, type Method, type MethodContext } from './context'
import { fusedRollout, weightedRollout } from './rollout-chain'

export const rollout: Method = (context) => {
  const { g, headsOf, settings } = context
  const { fusion, discard } = settings.rollout
  if (fusion === 'mean' && discard === 0) {
    return weightedRollout(context, (layer) => g.scalar(1 / headsOf(layer)), { alpha: 1, firstLayer: 0 })
  }
  const reduction = { mean: 'ReduceMean', max: 'ReduceMax', min: 'ReduceMin' }[fusion]
  return fusedRollout(context, (layer) => discarded(context, g.reduce(reduction, context.attention(layer), [1], true)))
}

/** Sets the lowest share of the entries in patch columns to 0 and keeps the prefix columns: `[B, 1, N, N]`. */
function discarded(context: MethodContext, fused: string): string {
  const { g, tokens, patches, settings } = context
  const count = Math.floor(tokens * patches.length * settings.rollout.discard)
  if (count === 0) return fused
  const entries = g.reshape(patchColumns(context, fused, 3), [-1, tokens * patches.length])
  const [, lowest] = g.ops('TopK', [entries, g.ints([count])], 2, { axis: 1, largest: 0 }) as [string, string]
  const zeros = g.op('ConstantOfShape', [g.op('Shape', [lowest])], { value: g.floats([1], [0]) })
  const kept = g.op('ScatterElements', [entries, lowest, zeros], { axis: 1 })
  const columns = g.reshape(kept, [-1, 1, tokens, patches.length])
  return withPatchColumns(context, fused, columns)
}

/** Puts patch columns back among the others. */
function withPatchColumns(context: MethodContext, fused: string, columns: string): string {
  const { g, tokens, patches } = context
  const others = Array.from({ length: tokens }, (_, token) => token).filter((token) => !patches.includes(token))
  if (others.length === 0) return columns
  const order = [...others, ...patches]
  const joined = g.concat([g.gather(fused, g.ints(others), 3), columns], 3)
  if (order.every((token, index) => token === index)) return joined
  const back = Array.from({ length: tokens }, (_, token) => order.indexOf(token))
  return g.gather(joined, g.constant(int64([tokens], back)), 3)
}
