import { crc32 } from 'node:zlib'
import type { Database } from 'better-sqlite3'

export type StoredValue = null | number | bigint | string | Uint8Array

/**
 * CRC-32 over what a row says, values in order, each with its type and length: SQLite keeps no checksums of its own, so a
 * byte that changed on the disk passes its integrity_check.
 */
export function rowChecksum(values: readonly StoredValue[]): number {
  let sum = 0
  // Summed in one piece as far as there are no blobs: the sum of a whole is that of its parts.
  let text = ''
  for (const value of values) {
    if (value === null) text += 'n'
    else if (typeof value === 'string') text += `t${value.length}:${value}`
    else if (typeof value === 'object') {
      sum = crc32(value, crc32(`${text}b${value.byteLength}:`, sum))
      text = ''
    } else text += `d${value};`
  }
  return text === '' ? sum : crc32(text, sum)
}

/** Teaches SQLite `row_checksum(...)`, which triggers call for every row that is written. */
export function teachRowChecksum(database: Database): void {
  database.function('row_checksum', { deterministic: true, varargs: true }, (...values: unknown[]) =>
    rowChecksum(values as StoredValue[]),
  )
}
