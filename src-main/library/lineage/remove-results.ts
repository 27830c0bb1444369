import type { Database } from 'better-sqlite3'
import { noteHighestIds } from './highest-ids'

/** Everything that the cache has of a run. Blocks go before the rows that their triggers would look after. */
const TABLES = [
  'run_block',
  'attention_sum',
  'weight_block',
  'map',
  'localisation',
  'unmeasured',
  'result',
  'quantity',
  'vector',
  'head_layer',
  'run_sample',
  'run_state',
  'run_identity',
]

/** Removes all results of a run from the cache, in one transaction. Its number is not used again. */
export function removeResults(cache: Database, runId: number): void {
  cache.transaction(() => {
    noteHighestIds(cache)
    for (const table of TABLES) cache.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(runId)
  })()
}
