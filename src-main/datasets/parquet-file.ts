/** Parquet files: their columns and rows. The images inside are read elsewhere, a row group at a time. */
import { stat } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { HeadlightError } from '@shared/errors'
import { decimalsOf, exactDecimal, withoutDecimals } from './parquet-decimals'
import { checkCounts, checkPages } from './parquet-pages'
import { readRange } from './read-range'

export interface ParquetFile {
  path: string
  buffer: AsyncBuffer
  metadata: FileMetaData
  /** Top-level columns in order. */
  columns: string[]
  /** Scale of each top-level column of decimals, whose digits are kept. */
  decimals: ReadonlyMap<string, number>
}

/** Rows that are read at a time where only small columns are wanted. */
const CHUNK = 20_000

/** Node's own decompression; snappy is hyparquet's. */
const compressors: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  ZSTD: (input) => zlib.zstdDecompressSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
}

/** Reads the footer. Throws 'unsupported-dataset' for a file that is not Parquet, cut off, or compressed in a rare way. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { size } = await stat(path)
  return readFooter(path, {
    byteLength: size,
    slice: async (start, end = size) => (await readRange(path, start, end - start)).buffer as ArrayBuffer,
  })
}

/** The same of a file that is held in memory, such as a member of an archive. */
export function openParquetBytes(name: string, bytes: Uint8Array): Promise<ParquetFile> {
  const content = Uint8Array.from(bytes).buffer
  return readFooter(name, { byteLength: content.byteLength, slice: (start, end) => content.slice(start, end) })
}

async function readFooter(path: string, buffer: AsyncBuffer): Promise<ParquetFile> {
  const metadata = await parquetMetadataAsync(buffer)
    .then((read) => {
      checkCounts(read)
      return read
    })
    .catch((cause: unknown) => {
      throw new HeadlightError('unsupported-dataset', `${path} is damaged or not a Parquet file.`, { cause })
    })
  for (const { meta_data } of metadata.row_groups[0]?.columns ?? []) {
    const codec = meta_data?.codec ?? 'UNCOMPRESSED'
    if (codec === 'UNCOMPRESSED' || codec === 'SNAPPY' || codec in compressors) continue
    const message = `${path} is compressed with ${codec}, which is not read; write it with snappy, zstd or gzip.`
    throw new HeadlightError('unsupported-dataset', message)
  }
  const columns = [
    ...new Set(metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0] ?? '')),
  ]
  return { path, buffer, metadata, columns, decimals: decimalsOf(metadata) }
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
    await readParquet(file, [column], start, end).catch(() => unread.push(column))
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

/** Some columns of the rows from `start` up to `end`. Bytes stay bytes. */
export async function readParquet(
  { buffer, metadata, decimals }: ParquetFile,
  columns: string[],
  start: number,
  end: number,
): Promise<Record<string, unknown>[]> {
  await checkPages({ buffer, metadata }, columns, { start, end })
  const rows = await parquetReadObjects({
    ...{ file: buffer, metadata: withoutDecimals(metadata, decimals), columns, rowStart: start, rowEnd: end },
    ...{ compressors, utf8: false, useOffsetIndex: true },
  })
  const wanted = columns.filter((column) => decimals.has(column))
  for (const row of wanted.length > 0 ? rows : []) {
    for (const column of wanted) row[column] = exactDecimal(row[column], decimals.get(column)!)
  }
  return rows
}
