import type { FileHandle } from 'node:fs/promises'
import { csvLine } from '@shared/csv'
import type { JobControl } from '../control'
import { ShortTurns } from '../../process/short-turns'
import { type CellValue, elementNames, elements, type Table, valueAt } from '../table'
import { shortFloat32 } from './decimal'
import { TextFile } from './text-file'

/** One line a row, arrays as a column an element (`l1_7_2`). A value that is missing is an empty cell. */
export async function writeCsv(table: Table, file: FileHandle, control: JobControl): Promise<number> {
  const { columns } = table
  const widths = columns.map(elements)
  await file.write(csvLine(columns.flatMap((column) => (column.shape ? elementNames(column) : [column.name]))))
  const [lines, turns] = [new TextFile(file), new ShortTurns()]
  let [rows, read] = [0, 0]
  for await (const block of table.blocks()) {
    for (let row = 0; row < block.rows; row++) {
      const cells: CellValue[] = []
      columns.forEach((column, c) => {
        const [values, width] = [block.values[c] ?? [], widths[c]!]
        for (let i = row * width; i < (row + 1) * width; i++) {
          const value = valueAt(values, i)
          cells.push(column.type === 'float32' && typeof value === 'number' ? shortFloat32(value) : value)
        }
      })
      await lines.add(csvLine(cells))
      await turns.giveWay()
    }
    rows += block.rows
    read += block.read
    await control.step(read, table.total)
  }
  await lines.flush()
  return rows
}
