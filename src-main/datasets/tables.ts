/** Rows of a table, whatever file it is in, as records by column name. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { HeadlightError } from '@shared/errors'
import { columnNames, isHeadless } from './column-names'
import { delimitedRows } from './delimited'
import { parseExactJson } from './exact-json'
import { linesOf } from './file-streams'
import { readJsonTable } from './json-tables'
import { openParquet, openParquetBytes, parquetRows } from './parquet-file'
import type { ProblemList } from './problem-list'
import type { TableNotes } from './reading-notes'
import { splitOfName } from './split-names'
import { textRows } from './text-rows'
import { refuseIrregular } from '@headlight/explain/files'

/** Bytes of one JSON document, which is held in memory whole. */
const MAX_JSON = 2 ** 28

export type TableRow = Record<string, unknown>

/** A table as a file on disk, or as a member of an archive that is read whole. */
export interface TableFile {
  /** Path inside the dataset, with '/'. */
  name: string
  content: string | (() => Promise<Uint8Array>)
}

export function isTable(name: string): boolean {
  return /\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(name)
}

/** Files that may hold a table: lists of paths and labels, JSON of labels, or JSON named after a split. */
export function mayBeTable(name: string): boolean {
  if (/\.txt$/i.test(name)) return true
  if (!/\.json$/i.test(name)) return false
  const stem = name.slice(name.lastIndexOf('/') + 1, -'.json'.length)
  return /^(labels|(_?annotations)(\.coco)?|metadata|instances_.*)$/i.test(stem) || splitOfName(stem) !== null
}

/** A table on disk. */
export function tableAt(file: string): TableFile {
  return { name: basename(file), content: file }
}

/**
 * Every row in order. Rows that cannot be read are added to the problems. `isPath` is given for delimited text without a line
 * of names whose paths do not show by their endings.
 */
export async function* readTable(
  table: TableFile,
  notes: TableNotes,
  isPath?: (cell: string) => boolean,
): AsyncGenerator<TableRow> {
  const { name, content } = table
  if (/\.parquet$/i.test(name)) {
    const parquet =
      typeof content === 'string' ? await openParquet(content) : await openParquetBytes(name, await content())
    yield* parquetRows(parquet, parquet.columns, ({ column, type }) =>
      notes.problems.add(`columns of ${name} whose type (${type}) cannot be read; left out`, column),
    )
  } else if (/\.(jsonl|ndjson)$/i.test(name)) yield* readJsonLines(table, notes.problems)
  else if (/\.json$/i.test(name)) yield* readJsonTable(name, await textOfTable(table), notes)
  else yield* readRecords(table, notes, isPath)
}

/** Lines of a file of text that hold one value each, empty ones left out; null where any holds several, or for more than `most`. */
export async function singleCells(table: TableFile, max: number): Promise<string[] | null> {
  const lines: string[] = []
  for await (const line of linesOf(() => open(table))) {
    if (/\S[\t,;].*\S/.test(line) || lines.length > max) return null
    if (line.trim() !== '') lines.push(line.trim())
  }
  return lines.length > max ? null : lines
}

/** The first line that is not empty, null for none. */
export async function firstLine(table: TableFile): Promise<string | null> {
  for await (const line of linesOf(() => open(table))) if (line.trim() !== '') return line.trim()
  return null
}

async function* readRecords(
  table: TableFile,
  notes: TableNotes,
  isPath?: (cell: string) => boolean,
): AsyncGenerator<TableRow> {
  const { problems, assumed } = notes
  let names: string[] | null = null
  let line = 0
  const delimiter = /\.tsv$/i.test(table.name) ? '\t' : null
  const rows = /\.txt$/i.test(table.name)
    ? textRows(
        table.name,
        linesOf(() => open(table)),
        isPath,
        ([path, ...words]) => problems.say(wordsSentence(table.name, path!, words)),
      )
    : delimitedRows({
        name: table.name,
        chunks: (await open(table)) as AsyncIterable<string>,
        delimiter,
        code: 'unsupported-dataset',
      })
  for await (const cells of rows) {
    line++
    if (names === null) {
      names = columnNames(cells, isPath)
      notes.names = names
      notes.isHeadless = isHeadless(cells, isPath)
      if (!notes.isHeadless) continue
      assumed.push(`${table.name} has no line of column names; its columns are taken for ${names.join(', ')}.`)
    }
    const known = names
    if (cells.length > known.length)
      problems.add('has more cells than there are columns; the rest is ignored', `Row ${line}`)
    yield Object.fromEntries(known.map((name, index) => [name, cells[index] ?? '']))
  }
}

function wordsSentence(name: string, path: string, words: readonly string[]): string {
  return `${name} has ${words.length} words behind each path, of which the first alone is taken for the label: ${path} is "${words[0]}". If the label is all of them, "${words.join(' ')}", put them in quotes or a tab behind each path.`
}

async function* readJsonLines(table: TableFile, problems: ProblemList): AsyncGenerator<TableRow> {
  let number = 0
  for await (const line of linesOf(() => open(table))) {
    number++
    if (line.trim() === '') continue
    const row = parseRow(line.replace(/^\uFEFF/, ''))
    if (row === null) problems.add('not a JSON record; passed over', `Line ${number}`)
    else yield row
  }
}

/** Null for a line that is not a JSON object; the caller counts it. */
function parseRow(line: string): TableRow | null {
  try {
    const value: unknown = parseExactJson(line)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as TableRow) : null
  } catch {
    return null
  }
}

async function open({ content }: TableFile): Promise<Readable> {
  if (typeof content === 'string') {
    await refuseIrregular(content, 'unsupported-dataset')
    return createReadStream(content, { encoding: 'utf8' })
  }
  return Readable.from([Buffer.from(await content()).toString('utf8')])
}

async function textOfTable(table: TableFile): Promise<string> {
  const size = typeof table.content === 'string' ? (await stat(table.content)).size : 0
  if (size > MAX_JSON) {
    const sentence = `${table.name} is larger than ${MAX_JSON / 2 ** 20} MB, which is not read; write a table of paths and labels of it.`
    throw new HeadlightError('unsupported-dataset', sentence)
  }
  let text = ''
  for await (const part of (await open(table)) as AsyncIterable<string>) text += part
  return text
}
