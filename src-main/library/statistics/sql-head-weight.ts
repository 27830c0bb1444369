import type { Database } from 'better-sqlite3'
import { float32 } from '../typed-blobs'
import { headWeights } from './head-weights'

/** Teaches SQLite `head_weight(scores, heads, layer, head)`: the weight w of one head, NULL without scores. */
export function registerHeadWeight(database: Database): void {
  database.function('head_weight', { deterministic: true }, (scores, heads, layer, head) => {
    if (!Buffer.isBuffer(scores)) return null
    const layerBytes = Number(heads) * Float32Array.BYTES_PER_ELEMENT
    const ofLayer = float32(scores.subarray(Number(layer) * layerBytes, (Number(layer) + 1) * layerBytes))
    return headWeights(ofLayer, Number(heads))?.[Number(head)] ?? null
  })
}
