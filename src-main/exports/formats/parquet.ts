import type { FileHandle } from 'node:fs/promises'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import type { JobControl } from '../control'
import {
  type CellValue,
  type Column,
  type ColumnType,
  type ColumnValues,
  elementNames,
  elements,
  metaOf,
  type Table,
  type TableBlock,
  valueAt,
} from '../table'

/**
 * Numbers in a row group, which is held in memory and encoded in one go: in columns of their own, and in lists, which take
 * more room.
 */
const GROUP_VALUES = { flat: 1_000_000, listed: 250_000 }
const LARGEST_GROUP = 16_384

/**
 * Parquet in row groups, each written out before the next is read. Arrays are a column an element (`l1_7_2`), or one
 * list column where the table says so. The key `headlight` of the file's metadata holds dictionary and provenance.
 */
export async function writeParquet(table: Table, file: FileHandle, control: JobControl): Promise<number> {
  const buffer = new ByteWriter()
  const writer = new ParquetWriter({
    writer: buffer,
    schema: [
      { name: 'root', num_children: table.columns.flatMap(flatNames).length },
      ...table.columns.flatMap(schemaOf),
    ],
    createdBy: table.about.program,
    kvMetadata: [{ key: 'headlight', value: JSON.stringify(metaOf(table)) }],
  })
  const flush = async () => {
    await file.write(buffer.getBytes())
    buffer.index = 0
  }
  let pending: TableBlock[] = []
  const writeGroup = async () => {
    const size = pending.reduce((sum, block) => sum + block.rows, 0)
    if (size > 0) {
      await writer.write({
        columnData: table.columns.flatMap((column, c) => columnData(column, c, pending)),
        rowGroupSize: size,
      })
    }
    pending = []
    await flush()
    return size
  }
  let [rows, read, held] = [0, 0, 0]
  const groupRows = rowsOfGroup(table.columns)
  for await (const block of table.blocks()) {
    pending.push(block)
    held += block.rows
    read += block.read
    if (held >= groupRows) {
      rows += await writeGroup()
      held = 0
    }
    await control.step(read, table.total)
  }
  rows += await writeGroup()
  await writer.finish()
  await flush()
  return rows
}

const TYPES: Record<ColumnType, Pick<SchemaElement, 'type' | 'converted_type'>> = {
  int32: { type: 'INT32' },
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
  bool: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
}

function schemaOf(column: Column): SchemaElement[] {
  const type = TYPES[column.type]
  if (column.shape === undefined) return [{ name: column.name, ...type, repetition_type: 'OPTIONAL' }]
  if (!column.listed) return elementNames(column).map((name) => ({ name, ...type, repetition_type: 'REQUIRED' }))
  return [
    { name: column.name, repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...type, repetition_type: 'REQUIRED' },
  ]
}

function flatNames(column: Column): string[] {
  return column.shape === undefined || column.listed ? [column.name] : elementNames(column)
}

function rowsOfGroup(columns: readonly Column[]): number {
  const listed = columns.filter((column) => column.listed).reduce((sum, column) => sum + elements(column), 0)
  const flat = columns.flatMap((column) => (column.listed ? [] : flatNames(column))).length
  const rows = Math.min(GROUP_VALUES.flat / flat, GROUP_VALUES.listed / Math.max(1, listed), LARGEST_GROUP)
  return Math.max(1, Math.floor(rows))
}

function columnData(column: Column, index: number, blocks: readonly TableBlock[]): ColumnSource[] {
  const parts = blocks.map((block) => ({ rows: block.rows, values: block.values[index] ?? [] }))
  if (column.shape === undefined) {
    const data: CellValue[] = []
    for (const { rows, values } of parts) for (let i = 0; i < rows; i++) data.push(valueAt(values, i))
    return [{ name: column.name, data, offsetIndex: false }]
  }
  const size = elements(column)
  // Values of relevance and scores are all different, so a dictionary or compression would only take time.
  const plain = { encoding: 'PLAIN', codec: 'UNCOMPRESSED', statistics: false, offsetIndex: false } as const
  if (column.listed) {
    const data: number[][] = []
    for (const { rows, values } of parts) {
      for (let i = 0; i < rows; i++) data.push(numbers(values, i * size, size))
    }
    return [{ name: column.name, data, ...plain }]
  }
  const total = parts.reduce((sum, { rows }) => sum + rows, 0)
  return elementNames(column).map((name, element) => {
    const data = column.type === 'int32' ? new Int32Array(total) : new Float32Array(total)
    let row = 0
    for (const { rows, values } of parts) {
      for (let i = 0; i < rows; i++) data[row++] = Number(values[i * size + element])
    }
    return { name, data, ...plain }
  })
}

function numbers(values: ColumnValues, at: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Number(values[at + i]))
}
