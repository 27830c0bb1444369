import type { Database } from 'better-sqlite3'
import { float32 } from '../../typed-blobs'
import { headWeights } from '../../statistics/head-weights'

/** Teaches SQLite `float_at(numbers, index)` of float32 values, and `head_weight(scores, heads, layer_heads, layer, head)`: the weight w of one head, NULL without scores. `heads` is
 * the length of a layer's scores, `layer_heads` how many of them there are in each layer, as JSON; `null` for all. */
export function registerHeadWeight(database: Database): void {
  database.function('head_weight', { deterministic: true }, (scores, heads, layerHeads, layer, head) => {
    if (!Buffer.isBuffer(scores)) return null
    const weights = headWeights(float32(scores), {
      heads: Number(heads),
      ...(typeof layerHeads === 'string' && { layerHeads: (JSON.parse(layerHeads) as number[] | null) ?? undefined }),
    })
    return weights?.[Number(layer) * Number(heads) + Number(head)] ?? null
  })
  database.function('float_at', { deterministic: true }, (numbers, index) =>
    Buffer.isBuffer(numbers) ? float32(numbers)[Number(index)]! : null,
  )
}
