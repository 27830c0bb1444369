/** The methods of METHODS.md for attentions over windows, stages and pooled keys. */
import type { MethodId } from '../method-catalogue'
import type { ChainLayer } from '../token-chain'
import type { HeadScore } from './context'
import { unfolded, type Rolled, type UnfoldedContext, type UnfoldedMethod } from './unfolded-chain'

const PLAIN: Rolled = { kind: 'normalised', alpha: 1, firstLayer: 0, signed: false }

/** The mean over heads of `[B, H, W, R, C]`. */
const overHeads = ({ g }: UnfoldedContext, value: string) => g.mean(value, [1], false)

const gmar =
  (norm: HeadScore): UnfoldedMethod =>
  (context) => {
    const { g, settings } = context
    const fused = (layer: ChainLayer) =>
      g.sum(g.mul(context.weights(norm, layer), context.attention(layer)), [1], false)
    return unfolded(context, fused, { ...PLAIN, ...settings.gmar, signed: true })
  }

const rollout: UnfoldedMethod = (context) => {
  const { g, settings } = context
  const reduction = { mean: 'ReduceMean', max: 'ReduceMax', min: 'ReduceMin' }[settings.rollout.fusion]
  const fused = (layer: ChainLayer) =>
    discarded(context, layer, g.reduce(reduction, context.attention(layer), [1], false))
  return unfolded(context, fused, { ...PLAIN, signed: true })
}

/** Sets the lowest share of the entries in columns of patches to 0; windows have no entries between them. */
function discarded(context: UnfoldedContext, layer: ChainLayer, map: string): string {
  const { g, settings } = context
  const { shape } = layer
  const patch = patchColumns(context, layer)
  const count = Math.floor(patch.reduce((sum, one) => sum + one, 0) * shape.rows * settings.rollout.discard)
  if (count === 0) return map
  const { windows, rows, columns: width } = shape
  const kept = Float32Array.from(patch, (one) => (one ? 0 : 3e38))
  const ranked = g.add(map, g.constant(g.floats([windows, 1, width], kept)))
  const entries = g.reshape(ranked, [-1, windows * rows * width])
  const [, lowest] = g.ops('TopK', [entries, g.ints([count])], 2, { axis: 1, largest: 0 }) as [string, string]
  const zeros = g.op('ConstantOfShape', [g.op('Shape', [lowest])], { value: g.floats([1], [0]) })
  const flat = g.reshape(map, [-1, windows * rows * width])
  return g.reshape(g.op('ScatterElements', [flat, lowest, zeros], { axis: 1 }), [-1, windows, rows, width])
}

const gradRollout: UnfoldedMethod = (context) => {
  const { g } = context
  const fused = (layer: ChainLayer) =>
    g.relu(overHeads(context, g.mul(context.attention(layer), context.gradient(layer))))
  return unfolded(context, fused, PLAIN)
}

/** mean_h relu(G o A) */
const relevant = (context: UnfoldedContext) => (layer: ChainLayer) => {
  const { g } = context
  return overHeads(context, g.relu(g.mul(context.gradient(layer), context.attention(layer))))
}

const chefer: UnfoldedMethod = (context) => unfolded(context, relevant(context), { ...PLAIN, kind: 'additive' })

const LAST: Rolled = { ...PLAIN, kind: 'direct' }

const raw: UnfoldedMethod = (context) =>
  unfolded(context, (layer) => overHeads(context, context.attention(layer)), LAST)

const attnGrad: UnfoldedMethod = (context) => unfolded(context, relevant(context), LAST)

/** w_h is the mean of G_h over the entries in columns of patches; relu(mean_h w_h A_h). Rows that are not read out have no gradient. */
const attnGradcam: UnfoldedMethod = (context) => {
  const { g } = context
  const fused = (layer: ChainLayer) => {
    const patch = patchColumns(context, layer)
    const count = patch.reduce((sum, one) => sum + one, 0) * layer.shape.rows
    const mask = g.constant(g.floats([layer.shape.windows, 1, layer.shape.columns], patch))
    const masked = g.mul(context.gradient(layer), mask)
    const total = [4, 3, 2].reduce((sum, axis) => g.sum(sum, [axis], true), masked)
    return g.relu(overHeads(context, g.mul(g.scale(total, 1 / Math.max(count, 1)), context.attention(layer))))
  }
  return unfolded(context, fused, LAST)
}

/** 1 for each column of the windows that is made of patches, else 0. */
function patchColumns({ chain }: UnfoldedContext, { columns }: ChainLayer): Float32Array {
  return Float32Array.from(columns, (place) => (place >= chain.own ? 1 : 0))
}

export const unfoldedBuilders: Record<MethodId, UnfoldedMethod> = {
  ...{ gmar_l1: gmar('l1'), gmar_l2: gmar('l2'), rollout, grad_rollout: gradRollout },
  ...{ chefer, raw, attn_grad: attnGrad, attn_gradcam: attnGradcam, gmar_taylor: gmar('taylor') },
}
