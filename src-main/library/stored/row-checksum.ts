import { crc32 } from 'node:zlib'
import type { Database } from 'better-sqlite3'

export type StoredValue = null | number | bigint | string | Uint8Array

/**
 * CRC-32 over what a row says, values in order, each with its type and length: SQLite keeps no checksums of its own, so a
 * byte that changed on the disk passes its integrity_check.
 */
export function rowChecksum(values: readonly StoredValue[]): number {
  let sum = 0
  for (const value of values) {
    if (value === null) sum = crc32('n', sum)
    else if (typeof value === 'string') sum = crc32(value, crc32(`t${value.length}:`, sum))
    else if (typeof value === 'object') sum = crc32(value, crc32(`b${value.byteLength}:`, sum))
    else sum = crc32(`d${value};`, sum)
  }
  return sum
}

/** Teaches SQLite `row_checksum(...)`, which triggers of review.sqlite call for every row that is written. */
export function teachRowChecksum(database: Database): void {
  database.function('row_checksum', { deterministic: true, varargs: true }, (...values: unknown[]) =>
    rowChecksum(values as StoredValue[]),
  )
}
