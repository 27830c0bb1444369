/**
 * Head weights w from head scores s, both `[layers, heads]`: each score divided by the sum over its layer; a layer
 * whose scores sum to 0 is uniform (METHODS). Null when a score is not a finite number, so that one broken sample
 * cannot poison a statistic.
 */
export function headWeights(scores: Float32Array, heads: number): Float64Array | null {
  const weights = new Float64Array(scores.length)
  for (let start = 0; start < scores.length; start += heads) {
    let sum = 0
    for (let i = start; i < start + heads; i += 1) sum += scores[i] ?? NaN
    if (!Number.isFinite(sum)) return null
    for (let i = start; i < start + heads; i += 1) weights[i] = sum === 0 ? 1 / heads : (scores[i] ?? NaN) / sum
  }
  return weights
}
