/** Labels that a table does not write in a column of labels. */
import { textOf } from './columns'
import type { TableRow } from './tables'

/** Columns of 0 and 1, or of -1 and 1. */
export interface MarkedColumns {
  columns: string[]
  /** Each row that was looked at has a 1 in one of them and in no other. */
  isOneHot: boolean
}

/** Columns of whole tables of marks, as ISIC's ground truth and CelebA's attributes are; null for fewer than two. */
export function markedColumns(rows: readonly TableRow[], candidates: readonly string[]): MarkedColumns | null {
  const columns = candidates.filter((column) => {
    const values = new Set(rows.map((row) => markOf(row[column])))
    return values.size === 2 && values.has(1) && (values.has(0) || values.has(-1))
  })
  const constant = candidates.filter((column) => rows.every((row) => (markOf(row[column]) ?? 1) <= 0))
  if (columns.length < 2) return null
  const all = candidates.filter((column) => columns.includes(column) || constant.includes(column))
  return { columns: all, isOneHot: rows.every((row) => marked(row, all).length === 1) }
}

/** Columns of a row that hold a 1. */
export function marked(row: TableRow, columns: readonly string[]): string[] {
  return columns.filter((column) => markOf(row[column]) === 1)
}

function markOf(value: unknown): number | null {
  const text = textOf(value)?.trim()
  return text !== undefined && /^(-1|0|1)(\.0+)?$/.test(text) ? Number(text) : null
}

const SYNSET_BOXES = /^(n\d{8}( +-?\d+){4} *)+$/

/** A column of synsets with their boxes, as Kaggle's ImageNet has it: `n03995372 85 1 499 272 n03995372 ...`. */
export function isSynsetBoxes(rows: readonly TableRow[], column: string): boolean {
  return rows.length > 0 && rows.every((row) => SYNSET_BOXES.test(textOf(row[column]) ?? ''))
}

/** The different synsets of such a cell. */
export function synsetsOf(value: unknown): string[] {
  return [...new Set(textOf(value)?.match(/n\d{8}/g) ?? [])]
}
