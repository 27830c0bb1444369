/** What heads are ordered by, to be held against what happens without them. */

/** In the order of tables. */
export const CRITERIA = [
  'gmar_weight_l1',
  'gmar_weight_l2',
  'l1',
  'l2',
  'taylor',
  'taylor_abs',
  'ag_abs',
  'neg_entropy',
  'neg_entropy_readout',
  'output_norm',
] as const
export type CriterionId = (typeof CRITERIA)[number]

/** Measures of one sample, `[7, heads]`: L1, L2, sum A o G, sum |A o G|, entropy of all rows, of the read-out rows, norm of O. */
export const MEASURES = 7

/**
 * Values of every criterion for one sample, by head.
 * @param measures `[7, heads]`
 * @param layerOf the layer of each head, in whose sum GMAR's weights are shares
 */
export function criteriaOf(measures: Float32Array, layerOf: readonly number[]): Record<CriterionId, Float64Array> {
  const heads = layerOf.length
  const part = (measure: number) => Float64Array.from(measures.subarray(measure * heads, (measure + 1) * heads))
  const [l1, l2, taylor, ag] = [part(0), part(1), part(2), part(3)]
  return {
    gmar_weight_l1: sharesOfLayer(l1, layerOf),
    gmar_weight_l2: sharesOfLayer(l2, layerOf),
    ...{ l1, l2, taylor },
    taylor_abs: taylor.map(Math.abs),
    ag_abs: ag,
    neg_entropy: part(4).map((value) => -value),
    neg_entropy_readout: part(5).map((value) => -value),
    output_norm: part(6),
  }
}

/** w = s / sum s over the heads of a layer; uniform where that is 0. */
function sharesOfLayer(scores: Float64Array, layerOf: readonly number[]): Float64Array {
  return scores.map((score, head) => {
    let [sum, count] = [0, 0]
    layerOf.forEach((layer, other) => {
      if (layer !== layerOf[head]) return
      sum += scores[other]!
      count++
    })
    return sum === 0 ? 1 / count : score / sum
  })
}
