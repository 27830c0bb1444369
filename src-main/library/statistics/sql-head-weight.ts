import type { Database } from 'better-sqlite3'
import { float32 } from '../typed-blobs'
import { headWeights } from './head-weights'

/** Teaches SQLite `head_weight(scores, heads, layer, head)`: the weight w of one head, NULL without scores. */
export function registerHeadWeight(database: Database): void {
  database.function('head_weight', { deterministic: true }, (scores, heads, layer, head) => {
    if (!Buffer.isBuffer(scores)) return null
    const weights = headWeights(float32(scores), Number(heads))
    return weights?.[Number(layer) * Number(heads) + Number(head)] ?? null
  })
}
