import { type HeadCounts, headsOf } from '@headlight/explain/report'

/** Head weights of one sample, as METHODS defines them: scores normalised over the heads of their layer. */

/** Weights `[layers, heads]` of scores `[layers, heads]`; a layer whose scores sum to 0 gets uniform weights. Heads that a layer has not weigh 0. */
export function headWeights(scores: Float32Array, model: HeadCounts): Float32Array {
  const { layers, heads } = model
  const weights = new Float32Array(layers * heads)
  for (let layer = 0; layer < layers; layer++) {
    const count = headsOf(model, layer)
    const row = scores.subarray(layer * heads, layer * heads + count)
    const sum = row.reduce((total, score) => total + score, 0)
    weights.set(
      row.map((score) => (sum > 0 ? score / sum : 1 / count)),
      layer * heads,
    )
  }
  return weights
}

/** "; of 4 equal heads each has 0.25", where layers have as many heads. */
export const equalWeight = ({ heads, layerHeads }: Omit<HeadCounts, 'layers'>): string =>
  layerHeads ? '' : `; of ${heads} equal heads each has ${(1 / heads).toFixed(2)}`
