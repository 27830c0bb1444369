/** Head weights of one sample, as METHODS defines them: scores normalised over the heads of their layer. */

/** Weights `[layers, heads]` of scores `[layers, heads]`; a layer whose scores sum to 0 gets uniform weights. */
export function headWeights(scores: Float32Array, layers: number, heads: number): Float32Array {
  const weights = new Float32Array(layers * heads)
  for (let layer = 0; layer < layers; layer++) {
    const row = scores.subarray(layer * heads, (layer + 1) * heads)
    const sum = row.reduce((total, score) => total + score, 0)
    weights.set(
      row.map((score) => (sum > 0 ? score / sum : 1 / heads)),
      layer * heads,
    )
  }
  return weights
}
