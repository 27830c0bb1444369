import type { FileHandle } from 'node:fs/promises'
import type { JobControl } from '../control'
import { ShortTurns } from '../../process/short-turns'
import { type CellValue, type Column, type ColumnValues, metaOf, type Table, valueAt } from '../table'
import { shortFloat32 } from './decimal'
import { TextFile } from './text-file'

/**
 * One document: what it is, what the columns mean, then `rows`, one object a line, arrays nested as their shape says.
 * JSON has no NaN and no infinity: they are null.
 */
export async function writeJson(table: Table, file: FileHandle, control: JobControl): Promise<number> {
  const head = JSON.stringify(metaOf(table), null, 2)
  const [lines, turns] = [new TextFile(file), new ShortTurns()]
  await lines.add(`${head.slice(0, -2)},\n  "rows": [`)
  let [rows, read] = [0, 0]
  for await (const block of table.blocks()) {
    for (let row = 0; row < block.rows; row++) {
      const cells = table.columns.map(
        (column, c) => `${JSON.stringify(column.name)}:${cellJson(column, block.values[c] ?? [], row)}`,
      )
      await lines.add(`${rows + row === 0 ? '' : ','}\n{${cells.join(',')}}`)
      await turns.giveWay()
    }
    rows += block.rows
    read += block.read
    await control.step(read, table.total)
  }
  await lines.add('\n]}\n')
  await lines.flush()
  return rows
}

function cellJson(column: Column, values: ColumnValues, row: number): string {
  if (column.shape === undefined) return numberJson(column, valueAt(values, row))
  return nested(column, values, column.shape, row)
}

function nested(column: Column, values: ColumnValues, shape: readonly number[], index: number): string {
  const [dim, ...inner] = shape
  if (dim === undefined) return numberJson(column, valueAt(values, index))
  const parts = Array.from({ length: dim }, (_, i) => nested(column, values, inner, index * dim + i))
  return `[${parts.join(',')}]`
}

function numberJson({ type }: Column, value: CellValue): string {
  return JSON.stringify(type === 'float32' && typeof value === 'number' ? shortFloat32(value) : value)
}
