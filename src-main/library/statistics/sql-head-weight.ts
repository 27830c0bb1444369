import type { Database } from 'better-sqlite3'
import { float32 } from '../typed-blobs'
import { headWeight } from './head-weights'

/** Teaches SQLite `head_weight(scores, heads, layer, head)`: the weight w of one head, NULL without scores. */
export function registerHeadWeight(database: Database): void {
  database.function('head_weight', { deterministic: true }, (scores, heads, layer, head) =>
    Buffer.isBuffer(scores) ? headWeight(float32(scores), Number(heads), Number(layer), Number(head)) : null,
  )
}
