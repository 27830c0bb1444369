/** Rows of a table, whatever file it is in, as records by column name. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { readDelimited } from './delimited'
import { isImageName } from './image-names'
import { openParquet, parquetRows } from './parquet-file'
import type { ProblemList } from './problem-list'

export type TableRow = Record<string, unknown>

export function isTable(name: string): boolean {
  return /\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(name)
}

/** Every row in order. Rows that cannot be read are added to the problems. */
export async function* readTable(file: string, problems: ProblemList): AsyncGenerator<TableRow> {
  if (/\.parquet$/i.test(file)) {
    const parquet = await openParquet(file)
    yield* parquetRows(parquet, parquet.columns)
  } else if (/\.(jsonl|ndjson)$/i.test(file)) yield* readJsonLines(file, problems)
  else yield* readRecords(file, problems)
}

async function* readRecords(file: string, problems: ProblemList): AsyncGenerator<TableRow> {
  let names: string[] | null = null
  let line = 0
  for await (const cells of readDelimited(file, /\.tsv$/i.test(file) ? '\t' : null)) {
    line += 1
    if (names === null) {
      names = columnNames(cells)
      if (!isHeadless(cells)) continue
    }
    const known = names
    if (cells.length > known.length)
      problems.add('has more cells than there are columns; the rest is ignored', `Row ${line}`)
    yield Object.fromEntries(known.map((name, index) => [name, cells[index] ?? '']))
  }
}

/** A first row with a file name in it is no header: its columns are the path, and beside it the label. */
function isHeadless(cells: readonly string[]): boolean {
  return cells.some((cell) => isImageName(cell))
}

function columnNames(cells: readonly string[]): string[] {
  if (!isHeadless(cells)) return cells.map((cell, index) => cell.trim() || `column${index + 1}`)
  const path = cells.findIndex((cell) => isImageName(cell))
  const label = path === 0 ? 1 : 0
  return cells.map((_, index) => (index === path ? 'path' : index === label ? 'label' : `column${index + 1}`))
}

async function* readJsonLines(file: string, problems: ProblemList): AsyncGenerator<TableRow> {
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1
    if (line.trim() === '') continue
    const row = parseRow(line.replace(/^\uFEFF/, ''))
    if (row === null) problems.add('not a JSON record; passed over', `Line ${number}`)
    else yield row
  }
}

function parseRow(line: string): TableRow | null {
  try {
    const value: unknown = JSON.parse(line)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as TableRow) : null
  } catch {
    return null
  }
}
