import { CHECKED_COLUMNS } from '../migrations/review-005-checksums'
import { rowChecksum, type StoredValue } from './row-checksum'
import { DamagedRow } from './stored-json'

export type CheckedTable = keyof typeof CHECKED_COLUMNS
export const CHECKED_TABLES = Object.keys(CHECKED_COLUMNS) as CheckedTable[]
/** A whole row: every column by its name. */
export type CheckedRow = object

/** Throws 'project-damaged' for a whole row of review.sqlite that is not as it was written; `what` names it. */
export function checkRow(table: CheckedTable, row: CheckedRow, what: string): void {
  const values = new Map<string, unknown>(Object.entries(row))
  const said = CHECKED_COLUMNS[table].map((column) => (values.get(column) ?? null) as StoredValue)
  if (values.get('checksum') !== rowChecksum(said)) throw new DamagedRow(`${what} is not as it was written`)
}
