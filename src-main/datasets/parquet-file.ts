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
import { readRange } from './read-range'

export interface ParquetFile {
  path: string
  buffer: AsyncBuffer
  metadata: FileMetaData
  /** Top-level columns in order. */
  columns: string[]
}

/** Rows that are read at a time where only small columns are wanted. */
const CHUNK = 20_000

/** Node's own decompression; snappy is hyparquet's. */
const compressors: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  ZSTD: (input) => zlib.zstdDecompressSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
}

/** Reads the footer. Throws 'unsupported-dataset' for a file that is no parquet, cut off, or compressed in a rare way. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { size } = await stat(path)
  const buffer: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) => (await readRange(path, start, end - start)).buffer as ArrayBuffer,
  }
  const metadata = await parquetMetadataAsync(buffer).catch((cause: unknown) => {
    throw new HeadlightError('unsupported-dataset', `${path} is damaged or no parquet file.`, { cause })
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
  return { path, buffer, metadata, columns }
}

/** All rows of some columns, in order. */
export async function* parquetRows(file: ParquetFile, columns: string[]): AsyncGenerator<Record<string, unknown>> {
  const total = Number(file.metadata.num_rows)
  for (let start = 0; start < total; start += CHUNK) {
    const rows = readParquet(file, columns, start, Math.min(total, start + CHUNK))
    yield* await rows.catch((cause: unknown) => {
      throw new HeadlightError('unsupported-dataset', `${file.path} is damaged: its rows cannot be read.`, { cause })
    })
  }
}

/** Some columns of the rows from `start` up to `end`. Bytes stay bytes. */
export function readParquet(
  { buffer, metadata }: ParquetFile,
  columns: string[],
  start: number,
  end: number,
): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({
    ...{ file: buffer, metadata, columns, rowStart: start, rowEnd: end, compressors },
    ...{ utf8: false, useOffsetIndex: true },
  })
}
