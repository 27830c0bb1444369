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

export interface HeadId {
  layer: number
  head: number
}

/** Reads `layer.head` of an address; null for anything that is no head of the model. */
export function parseHead(text: string | null, layers: number, heads: number): HeadId | null {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text ?? '')
  if (!match) return null
  const [layer, head] = [Number(match[1]), Number(match[2])]
  return layer < layers && head < heads ? { layer, head } : null
}

export const headText = ({ layer, head }: HeadId): string => `${layer}.${head}`
