import { type HeadCounts, headsOf } from '@headlight/explain/report'

/**
 * Head weights w from head scores s, both `[layers, heads]`: each score divided by the sum over its layer; a layer
 * whose scores sum to 0 is uniform (METHODS). Heads that a layer has not weigh 0. Null when a score is not a finite number, so that one broken sample
 * cannot poison a statistic.
 */
export function headWeights(scores: Float32Array, model: Omit<HeadCounts, 'layers'>): Float64Array | null {
  const { heads } = model
  const weights = new Float64Array(scores.length)
  for (let start = 0; start < scores.length; start += heads) {
    let sum = 0
    for (let i = start; i < start + heads; i++) sum += scores[i]!
    if (!Number.isFinite(sum)) return null
    const count = headsOf(model, start / heads)
    for (let i = start; i < start + count; i++) weights[i] = sum === 0 ? 1 / count : scores[i]! / sum
  }
  return weights
}
