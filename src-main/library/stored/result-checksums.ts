import type { Database } from 'better-sqlite3'
import { rowChecksum, type StoredValue } from './row-checksum'
import { DamagedRow } from './stored-json'

/** Throws 'project-damaged' where blobs are not as they were written; those of former versions have no checksum. */
export function checkBlobs(blobs: readonly StoredValue[], checksum: number | null, what: string): void {
  if (checksum !== null && checksum !== rowChecksum(blobs)) throw new DamagedRow(`${what} is not as it was written`)
}

/** What has a checksum in cache.sqlite: the blobs that it is over, in order, and its column. */
const CHECKED = [
  { table: 'result', blobs: ['top_class', 'top_logit', 'top_probability'], checksum: 'top_checksum' },
  { table: 'result', blobs: ['head_l1', 'head_l2'], checksum: 'head_checksum' },
  { table: 'map', blobs: ['relevance'], checksum: 'checksum' },
  { table: 'run_block', blobs: ['columns'], checksum: 'checksum', where: 'columns IS NOT NULL' },
  { table: 'weight_block', blobs: ['first', 'high', 'low'], checksum: 'checksum' },
] as const

/** The version of cache.sqlite that has them. */
const SINCE = 7

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
  if (version < SINCE) return null
  let rows = 0
  for (const { table, blobs, checksum, ...only } of CHECKED) {
    const where = [`${checksum} IS NOT NULL`, ...('where' in only ? [only.where] : [])].join(' AND ')
    const read = cache.prepare<[], Record<string, StoredValue>>(
      `SELECT ${checksum} AS checked, ${blobs.join(', ')} FROM ${table} WHERE ${where}`,
    )
    for (const { checked, ...row } of read.iterate()) {
      const sum = rowChecksum(blobs.map((blob) => row[blob] ?? null))
      if (checked !== sum) return `a row of ${table} is not as it was written`
      rows += 1
      if (rows % ROWS_A_STEP === 0) yield null
    }
  }
  return null
}
