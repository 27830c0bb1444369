import type { RunColumns } from '../columns/run-columns'
import type { SampleCondition } from '../samples/sample-condition'

/**
 * The samples of a run that pass a mask, as a condition for questions about rows. Their ids are looked up one by one, which
 * is quick for few samples, and for all of them not slower than comparing a column of every row.
 */
export function maskedSamples(runId: number, columns: RunColumns, mask: Uint8Array | null): SampleCondition {
  if (mask === null) return { sql: 'r.run_id = ?', parameters: [runId] }
  const ids = Array.from(columns.ids.filter((_, index) => mask[index] === 1))
  return {
    sql: 'r.run_id = ? AND r.sample_id IN (SELECT value FROM json_each(?))',
    parameters: [runId, JSON.stringify(ids)],
  }
}
