import type { Database } from 'better-sqlite3'
import { type CheckedRows, CHECKED_ROWS, rowText } from '../migrations/cache-010-row-checksums'
import { rowChecksum, type StoredValue } from './row-checksum'
import { DamagedRow } from './stored-json'

/** Throws 'project-damaged' where blobs are not as they were written; those of former versions have no checksum. */
export function checkBlobs(blobs: readonly StoredValue[], checksum: number | null, what: string): void {
  if (checksum !== null && checksum !== rowChecksum(blobs)) throw new DamagedRow(`${what} is not as it was written`)
}

interface Checked {
  table: string
  /** What the checksum is over, in order. */
  values: readonly string[]
  checksum: string
  /** The version of cache.sqlite that has it. */
  since: number
  /** Rows that have none. */
  where?: string
}

/** What has a checksum in cache.sqlite. Blobs of former versions have none; rows have theirs from the migration on. */
const CHECKED: readonly Checked[] = [
  blobs('result', ['top_class', 'top_logit', 'top_probability'], 7, 'top_checksum'),
  blobs('result', ['head_l1', 'head_l2'], 7, 'head_checksum'),
  blobs('map', ['relevance'], 7),
  { ...blobs('run_block', ['columns'], 7), where: 'checksum IS NOT NULL AND columns IS NOT NULL' },
  blobs('weight_block', ['first', 'high', 'low'], 7),
  blobs('attention_sum', ['sums'], 10),
  blobs('quantity_block', ['numbers'], 10),
  blobs('vector_value', ['numbers'], 10),
  blobs('vector_block', ['numbers'], 11),
  ...(Object.keys(CHECKED_ROWS) as CheckedRows[]).map((table) => ({
    ...{ table, values: [rowText(table)], checksum: 'checksum', since: 10 },
  })),
]

function blobs(table: string, values: readonly string[], since: number, checksum = 'checksum'): Checked {
  return { table, values, checksum, since, where: `${checksum} IS NOT NULL` }
}

/** What is wrong with the results of a cache.sqlite, the first fault found, null for nothing. Reads all of them. */
export function faultInCache(cache: Database, version: number): string | null {
  const looking = lookAtResults(cache, version)
  for (;;) {
    const { done, value } = looking.next()
    if (done === true) return value
  }
}

const ROWS_A_STEP = 500

/** The same in steps of some rows. */
export function* lookAtResults(cache: Database, version: number): Generator<null, string | null> {
  let rows = 0
  for (const { table, values, checksum, since, where = 'TRUE' } of CHECKED) {
    if (version < since) continue
    const read = cache
      .prepare<[], StoredValue[]>(`SELECT ${checksum}, ${values.join(', ')} FROM ${table} WHERE ${where}`)
      .raw()
    for (const [checked, ...said] of read.iterate()) {
      if (checked !== rowChecksum(said)) return `a row of ${table} is not as it was written`
      rows++
      if (rows % ROWS_A_STEP === 0) yield null
    }
  }
  return null
}
