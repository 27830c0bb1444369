/** GMAR (Jo, Jang, Park, arXiv 2504.19414): rollout over head maps weighted by the norm of their gradients, or by |sum A o G|. */
import type { HeadScore, MethodContext, Method } from './context'
import { weightedRollout } from './rollout-chain'

/** w = s / sum s over the heads of the layer or over all heads, `[B, H, 1, 1]`; uniform where the sum is 0. */
export function headWeights(
  context: Pick<MethodContext, 'g' | 'headsOf' | 'layers' | 'settings' | 'score'>,
  norm: HeadScore,
): (layer: number) => string {
  const { g, headsOf, layers, settings } = context
  const all = settings.gmar.scope === 'all'
  const normalised = (score: string, total: string, count: number) => {
    const positive = g.op('Greater', [total, g.scalar(0)])
    const weights = g.where(positive, g.div(score, g.where(positive, total, g.scalar(1))), g.scalar(1 / count))
    return g.unsqueeze(weights, [2, 3])
  }
  const layerTotal = (layer: number) => g.sum(context.score(norm, layer), [1], true)
  if (!all) return (layer) => normalised(context.score(norm, layer), layerTotal(layer), headsOf(layer))
  const totals = Array.from({ length: layers }, (_, layer) => layerTotal(layer))
  const total = totals.length === 1 ? totals[0]! : g.op('Sum', totals)
  const heads = totals.reduce((sum, _, layer) => sum + headsOf(layer), 0)
  return (layer) => normalised(context.score(norm, layer), total, heads)
}

const gmar =
  (norm: HeadScore): Method =>
  (context) =>
    weightedRollout(context, headWeights(context, norm), context.settings.gmar)

export const gmarL1 = gmar('l1')
export const gmarL2 = gmar('l2')
export const gmarTaylor = gmar('taylor')
