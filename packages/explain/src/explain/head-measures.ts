/** What is said of single heads beside their scores, to be held against what happens without them. */
import type { Facts } from '../onnx/facts'
import type { Attentions } from './discover'
import { headOutput } from './head-outputs'
import type { MethodContext } from './methods/context'
import { meanOfRows, readoutRowsOf } from './methods/context'
import { normOver } from './norms'

/** By the name of the explain graph's output, `[B, H]` of a layer each. */
export const HEAD_MEASURES = ['headAbsoluteTaylor', 'headEntropy', 'headReadoutEntropy', 'headOutputNorm'] as const
/** One of `HEAD_MEASURES`. */
export type HeadMeasure = (typeof HEAD_MEASURES)[number]

/** Keeps the logarithm finite where A is 0. */
const TINY = 1e-30

/**
 * Of a layer: sum |A o G|; mean entropy of all rows of A and of
 * the read-out rows, in nats, of rows that may be negative that of their absolute values; and the norm of O = A V.
 */
export function headMeasures(
  context: MethodContext,
  { layers }: Attentions,
  facts: Facts,
  layer: number,
): Record<HeadMeasure, string> {
  const { g, signed } = context
  const attention = context.attention(layer)
  const product = g.mul(attention, context.gradient(layer))
  const magnitude = g.op('Abs', [attention])
  const rows = signed ? g.div(magnitude, g.op('Max', [g.sum(magnitude, [3], true), g.scalar(TINY)])) : attention
  const terms = g.neg(g.mul(rows, g.op('Log', [g.op('Max', [rows, g.scalar(TINY)])])))
  const entropies = g.sum(terms, [3], true)
  const sites = layers[layer]!
  let from = 0
  const norms = sites.map((site) => {
    const own = sites.length === 1 ? attention : g.slice(attention, [from], [from + site.heads], [1])
    from += site.heads
    return normOver(g, headOutput(g, site, facts, { attention: own, single: true }), [2, 3], 'l2')
  })
  return {
    headAbsoluteTaylor: normOver(g, product, [2, 3], 'l1'),
    headEntropy: g.mean(g.mean(entropies, [3], false), [2], false),
    headReadoutEntropy: meanOfRows(context, readoutRowsOf(context, entropies), [2, 3], false),
    headOutputNorm: g.concat(norms, 1),
  }
}
