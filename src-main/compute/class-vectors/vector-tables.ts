/** Class vectors in tables: a row a class, with a column of names, columns of values (or one of lists), and a column `bias` if there is one. */
import { readFile } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'
import { delimitedRows } from '../../datasets/delimited'
import { openParquet, parquetRows } from '../../datasets/parquet-file'
import type { ArrayFile } from './named-arrays'

type Cell = string | number | null | readonly number[]

export const isTable = (file: string) => /\.(csv|tsv|parquet)$/i.test(file)

/** The table as arrays: `vectors`, `names` where a column has text, `bias`. Throws 'usage'. */
export async function readVectorTable(file: string, label: string): Promise<ArrayFile> {
  const { columns, rows } = /\.parquet$/i.test(file) ? await parquetTable(file) : await delimitedTable(file, label)
  const refuse = (why: string) => new HeadlightError('usage', `${label} ${why}`)
  const isNumber = (cell: Cell | undefined) => typeof cell === 'number'
  const names = nameColumn(columns, rows)
  const counted = columns.findIndex(
    (column, at) => isIndexName(column) && at !== names && rows.every((row, index) => row[at] === index),
  )
  const biases = columns.findIndex((column) => column.toLowerCase() === 'bias')
  const others = columns.map((_, at) => at).filter((at) => at !== names && at !== biases && at !== counted)
  const values: number[] = []
  let width: number | null = null
  for (const [index, row] of rows.entries()) {
    const cells = others.flatMap((at): (Cell | undefined)[] => {
      const cell = row[at]
      return Array.isArray(cell) ? (cell as number[]) : [cell]
    })
    const wrong = cells.findIndex((cell) => !isNumber(cell))
    if (wrong >= 0) {
      throw refuse(
        `has '${String(cells[wrong] ?? '')}' among the values of row ${index + 1}; every value has to be a number.`,
      )
    }
    width ??= cells.length
    if (cells.length !== width) {
      throw refuse(
        `has ${cells.length} values in row ${index + 1} and ${width} in the first; give every class as many.`,
      )
    }
    for (const cell of cells) values.push(cell as number)
  }
  const found: ArrayFile = { numbers: new Map(), texts: new Map() }
  found.numbers.set('vectors', { dims: [rows.length, width ?? 0], values: Float64Array.from(values) })
  if (names >= 0)
    found.texts.set(
      'names',
      rows.map((row) => String(row[names] ?? '')),
    )
  if (biases >= 0) {
    const own = rows.map((row) => row[biases])
    if (!own.every(isNumber)) throw refuse('has a cell in its column bias that is not a number; give each class one.')
    found.numbers.set('bias', { dims: [rows.length], values: Float64Array.from(own) })
  }
  return found
}

const isIndexName = (column: string) => column === '' || /^(index|unnamed: 0|__index_level_0__)$/i.test(column)

/** The column called so, else the first that holds text; -1 for none. */
function nameColumn(columns: readonly string[], rows: readonly Cell[][]): number {
  const called = columns.findIndex((column) => /^(names?|class(es)?|class_names?|labels?)$/i.test(column))
  const texts = (at: number) => rows.some((row) => typeof row[at] === 'string' && row[at] !== '')
  return called >= 0 ? called : columns.findIndex((_, at) => texts(at))
}

async function delimitedTable(file: string, label: string): Promise<{ columns: string[]; rows: Cell[][] }> {
  const chunks = [await readFile(file, 'utf8')]
  const delimiter = /\.tsv$/i.test(file) ? '\t' : null
  const rows: string[][] = []
  for await (const row of delimitedRows({ name: label, chunks, delimiter, code: 'usage' })) rows.push(row)
  const [first = []] = rows
  const headed = isHeader(first)
  const columns = headed
    ? first.map((cell) => cell.trim())
    : first.map((_, at) => (at === 0 && !isNumeral(first[0]!) ? 'name' : `value ${at}`))
  const cells = (headed ? rows.slice(1) : rows).map((row) => row.map((cell) => numberOr(cell)))
  return { columns, rows: cells }
}

const isNumeral = (cell: string) => cell.trim() !== '' && !Number.isNaN(Number(cell))
/** NaN and infinities are numbers, too; what they are worth is said where they are checked. */
const SPECIAL: Record<string, number> = {
  nan: NaN,
  inf: Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '-infinity': -Infinity,
}
const numberOr = (cell: string): string | number =>
  SPECIAL[cell.trim().toLowerCase()] ?? (isNumeral(cell) ? Number(cell) : cell)

/** Whether a first line names columns: it holds no numbers except as a name, or those that pandas counts columns with. */
function isHeader(cells: readonly string[]): boolean {
  const numerals = cells.filter(isNumeral).map(Number)
  if (numerals.length === 0) return cells.length > 0
  return (
    numerals.length > 1 &&
    numerals.every((value, at) => value === at + numerals[0]!) &&
    numerals[0]! <= 1 &&
    numerals[0]! >= 0
  )
}

async function parquetTable(file: string): Promise<{ columns: string[]; rows: Cell[][] }> {
  const table = await openParquet(file)
  const rows: Cell[][] = []
  for await (const row of parquetRows(table, table.columns)) {
    rows.push(table.columns.map((column) => cellOf(row[column])))
  }
  return { columns: table.columns, rows }
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<number>, Number)
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
