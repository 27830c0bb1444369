/** Parquet files: their columns and rows, read in a thread of its own. The images inside are read elsewhere, a row group at a time. */
import type { FileMetaData } from 'hyparquet'
import { HeadlightError } from '@shared/errors'
import type { ParquetSource } from './parquet-decoder'
import { askParquet } from './parquet-thread'

export interface ParquetFile {
  path: string
  source: ParquetSource
  metadata: FileMetaData
  /** Top-level columns in order. */
  columns: string[]
}

/** Rows that are read at a time where only small columns are wanted. */
const CHUNK = 20_000

/** Processor time for one part of a file without progress: a sound one takes a tenth of it. */
const SECONDS = { least: 2, footer: 10, most: 60, eachMegabyte: 1 / 20, eachMillionValues: 2 }

let lastSource = 0

/** Reads the footer. Throws 'unsupported-dataset' for a file that is not Parquet, cut off, or compressed in a rare way. */
export function openParquet(path: string): Promise<ParquetFile> {
  return readFooter({ id: ++lastSource, path, bytes: null })
}

/** The same of a file that is held in memory, such as a member of an archive. */
export function openParquetBytes(name: string, content: Uint8Array): Promise<ParquetFile> {
  const bytes = new SharedArrayBuffer(content.length)
  new Uint8Array(bytes).set(content)
  return readFooter({ id: ++lastSource, path: name, bytes })
}

async function readFooter(source: ParquetSource): Promise<ParquetFile> {
  const { path } = source
  const metadata = await askParquet((decoder) => decoder.footer(source), {
    seconds: SECONDS.footer,
    stopped: `${path} is damaged: reading its description came to no end and was stopped. Make it anew, or take another copy.`,
    unread: `The description of ${path} could not be read; it may be damaged.`,
  })
  const columns = [
    ...new Set(metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0] ?? '')),
  ]
  return { path, source, metadata, columns }
}

/** A column that hyparquet cannot read, and its type. */
export interface UnreadColumn {
  column: string
  type: string
}

/**
 * All rows of some columns, in order. Columns of types that cannot be read are left out and told once. Throws
 * 'unsupported-dataset' where none can be read.
 */
export async function* parquetRows(
  file: ParquetFile,
  columns: readonly string[],
  onUnread: (unread: UnreadColumn) => void = () => {},
): AsyncGenerator<Record<string, unknown>> {
  const total = Number(file.metadata.num_rows)
  let wanted = [...columns]
  for (let start = 0; start < total; start += CHUNK) {
    const end = Math.min(total, start + CHUNK)
    const read = () => readParquet(file, wanted, start, end)
    const rows = await read().catch(async (cause: unknown) => {
      if (isStopped(cause)) throw cause
      const unread = await unreadColumns(file, wanted, start, end)
      if (unread.length === 0 || unread.length === wanted.length) throw damaged(file, cause)
      for (const column of unread) onUnread({ column, type: typeOf(file.metadata, column) })
      wanted = wanted.filter((column) => !unread.includes(column))
      return read().catch((again: unknown) => {
        throw damaged(file, again)
      })
    })
    yield* rows
  }
}

async function unreadColumns(file: ParquetFile, columns: readonly string[], start: number, end: number) {
  const unread: string[] = []
  for (const column of columns) {
    // This finds the columns that cannot be read; an error of all rows has been reported before.
    await readParquetColumns(file, [column], start, end).catch((cause: unknown) => {
      if (isStopped(cause)) throw cause
      unread.push(column)
    })
  }
  return unread
}

/** The type of a column as Parquet calls it. */
export function typeOf({ schema }: FileMetaData, column: string): string {
  const element = schema.find(({ name }) => name === column)
  return element?.logical_type?.type ?? element?.converted_type ?? element?.type ?? 'a nested type'
}

function damaged({ path }: ParquetFile, cause: unknown): HeadlightError {
  return new HeadlightError('unsupported-dataset', `${path} is damaged: its rows cannot be read.`, { cause })
}

/** Reading was ended: once more would take as long again. */
const isStopped = (error: unknown) => error instanceof HeadlightError && error.code === 'unsupported-dataset'

/**
 * The values of some columns in the rows from `start` up to `end`, a list a column; undefined where the file has none. Bytes stay bytes.
 * Throws 'unsupported-dataset' where reading came to no end and was stopped, otherwise what stands in its way.
 */
export async function readParquetColumns(
  { path, source, metadata }: ParquetFile,
  columns: string[],
  start: number,
  end: number,
): Promise<unknown[][]> {
  const found = await askParquet((decoder) => decoder.columns(source, columns, start, end), {
    seconds: secondsFor(metadata, columns, start, end),
    stopped: `${path} is damaged: reading its rows ${start} to ${end - 1} came to no end and was stopped. Make it anew, or take another copy.`,
    unread: `Rows ${start} to ${end - 1} of ${path} could not be read; it may be damaged, or its row groups are too large.`,
  })
  return found.map((parts) => {
    const whole: unknown[] = Array.from({ length: end - start })
    for (const { row, values } of parts) for (let at = 0; at < values.length; at++) whole[row + at] = values[at]
    return whole
  })
}

async function readParquet(
  file: ParquetFile,
  columns: string[],
  start: number,
  end: number,
): Promise<Record<string, unknown>[]> {
  const values = await readParquetColumns(file, columns, start, end)
  return Array.from({ length: end - start }, (_, row) => {
    const record: Record<string, unknown> = {}
    for (const [at, column] of columns.entries()) record[column] = values[at]![row]
    return record
  })
}

/** By what the row groups that are read hold, packed and unpacked. */
function secondsFor({ row_groups }: FileMetaData, columns: readonly string[], start: number, end: number): number {
  let [first, bytes, values] = [0, 0, 0]
  for (const group of row_groups) {
    const next = first + Number(group.num_rows)
    for (const { meta_data } of first < end && next > start ? group.columns : []) {
      if (!meta_data || !columns.includes(meta_data.path_in_schema[0] ?? '')) continue
      bytes += Number(meta_data.total_compressed_size) + Number(meta_data.total_uncompressed_size)
      values += Number(meta_data.num_values)
    }
    first = next
  }
  const needed = SECONDS.eachMegabyte * (bytes / 1e6) + SECONDS.eachMillionValues * (values / 1e6)
  return Math.min(SECONDS.most, SECONDS.least + Math.max(0, needed))
}
