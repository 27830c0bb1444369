/** A table that is too large for memory: its columns, and its rows a block at a time. */
import type { About } from './about'

export type ColumnType = 'int32' | 'float32' | 'float64' | 'bool' | 'text'

export interface Column {
  /** Unique in its table; also the name of an array in NPZ. */
  name: string
  type: ColumnType
  /** One sentence for the data dictionary, with the unit where there is one. */
  meaning: string
  /** A row has not one value but an array of this shape. Numbers only. */
  shape?: readonly number[]
  /** Arrays are one list column in Parquet, instead of a column an element. */
  listed?: boolean
}

/** Values of a column in a block: `[rows, ...shape]` flat where it has a shape, otherwise one a row. */
export type ColumnValues = Float32Array | Int32Array | readonly CellValue[]
export type CellValue = string | number | boolean | null

export interface TableBlock {
  rows: number
  /** In the order of the table's columns. */
  values: readonly ColumnValues[]
  /** Samples that were read for it, whether they gave a row or not: what progress counts. */
  read: number
}

export interface Table {
  /** Such as 'scores'. */
  what: string
  columns: readonly Column[]
  about: About
  /** What `read` of all blocks adds up to. */
  total: number
  /** Starts again with every call. */
  blocks(): AsyncIterable<TableBlock>
}

export function elements({ shape }: Column): number {
  return (shape ?? []).reduce((product, dim) => product * dim, 1)
}

/** The names of single values: `l1_7_2` is `l1[7, 2]`. */
export function elementNames({ name, shape }: Column): string[] {
  return (shape ?? []).reduce(
    (names, dim) => names.flatMap((before) => Array.from({ length: dim }, (_, i) => `${before}_${i}`)),
    [name],
  )
}

/** The value at an index of a column's block; a number that is missing is NaN. */
export function valueAt(values: ColumnValues, index: number): CellValue {
  return values[index] ?? null
}

/** Stored with every table: the meaning of its columns, and how its numbers were made. */
export interface TableMeta {
  format: string
  version: 1
  about: About
  columns: Column[]
}

export function metaOf({ what, columns, about }: Table): TableMeta {
  return { format: `headlight-${what}`, version: 1, about, columns: [...columns] }
}
