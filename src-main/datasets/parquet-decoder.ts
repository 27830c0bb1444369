/**
 * Parquet files by hyparquet, whose loops trust the numbers in a file: in a damaged one they run for hours. It runs in a thread of its own,
 * which can be ended (parquet-thread.ts), and nowhere else.
 */
import { stat } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  snappyUncompress,
} from 'hyparquet'
import { LRUCache } from 'lru-cache'
import { HeadlightError } from '@shared/errors'
import { decimalsOf, exactDecimal, withoutDecimals } from './parquet-decimals'
import { checkCounts, checkPages } from './parquet-pages'
import { readRange } from './read-range'

/** A file on the disk, or the bytes of one that lies in an archive. */
export interface ParquetSource {
  /** Tells sources of one process apart. */
  id: number
  path: string
  bytes: SharedArrayBuffer | null
}

interface OpenFile {
  buffer: AsyncBuffer
  metadata: FileMetaData
  /** The same with decimals as they are stored. */
  stored: FileMetaData
  decimals: ReadonlyMap<string, number>
}

/** Some values of a column, the first of them in a row counted from the first one that was asked for. */
export interface ColumnPart {
  row: number
  values: ArrayLike<unknown>
}

const KEPT_FILES = 16

export class ParquetDecoder {
  readonly #files = new LRUCache<number, Promise<OpenFile>>({ max: KEPT_FILES })
  readonly #onProgress: () => void
  readonly #compressors: Compressors

  /** `onProgress` is called for every part that was read, and every page that was unpacked or decoded. */
  constructor(onProgress: () => void) {
    this.#onProgress = onProgress
    this.#compressors = counted(COMPRESSORS, onProgress)
  }

  /** The footer. Throws 'unsupported-dataset' for a file that is not Parquet, cut off, or compressed in a rare way. */
  async footer(source: ParquetSource): Promise<FileMetaData> {
    return (await this.#opened(source)).metadata
  }

  /** The values of some columns in the rows from `start` up to `end`, in parts, in the order of `names`. Bytes stay bytes. */
  async columns(source: ParquetSource, names: string[], start: number, end: number): Promise<ColumnPart[][]> {
    const { buffer, stored, decimals } = await this.#opened(source)
    await checkPages({ buffer, metadata: stored }, names, { start, end })
    const found = names.map((): ColumnPart[] => [])
    await parquetRead({
      ...{ file: buffer, metadata: stored, columns: names, rowStart: start, rowEnd: end },
      ...{ compressors: this.#compressors, utf8: false, useOffsetIndex: true, onPage: this.#onProgress },
      // Pages, and row groups, go beyond the rows that are asked for.
      onChunk({ columnName, columnData, rowStart, rowEnd }) {
        const [first, next] = [Math.max(start, rowStart), Math.min(end, rowEnd)]
        if (first >= next) return
        found[names.indexOf(columnName)]?.push({
          row: first - start,
          values: sliceOf(columnData, first - rowStart, next - rowStart),
        })
      },
    })
    return found.map((parts, at) => {
      const scale = decimals.get(names[at]!)
      if (scale === undefined) return parts
      return parts.map(({ row, values }) => ({
        row,
        values: Array.from(values, (value) => exactDecimal(value, scale)),
      }))
    })
  }

  #opened(source: ParquetSource): Promise<OpenFile> {
    const known = this.#files.get(source.id)
    if (known) return known
    const file = open(source, this.#onProgress)
    this.#files.set(source.id, file)
    file.catch(() => this.#files.delete(source.id))
    return file
  }
}

function sliceOf(values: DecodedArray, from: number, to: number): ArrayLike<unknown> {
  return Array.isArray(values) ? values.slice(from, to) : values.subarray(from, to)
}

/** Node's own, which stop where a page becomes larger than its header says. */
const COMPRESSORS: Compressors = {
  GZIP: (input, length) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (input, length) => zlib.zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  SNAPPY(input, length) {
    const page = new Uint8Array(length)
    snappyUncompress(input, page)
    return page
  },
}

function counted(compressors: Compressors, onProgress: () => void): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number) => {
        const page = unpack(input, length)
        onProgress()
        return page
      },
    ]),
  )
}

async function open({ path, bytes }: ParquetSource, onProgress: () => void): Promise<OpenFile> {
  const buffer = bytes === null ? await ofDisk(path, onProgress) : ofBytes(bytes)
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
    if (codec === 'UNCOMPRESSED' || codec in COMPRESSORS) continue
    const message = `${path} is compressed with ${codec}, which is not read; write it with snappy, zstd or gzip.`
    throw new HeadlightError('unsupported-dataset', message)
  }
  const decimals = decimalsOf(metadata)
  return { buffer, metadata, stored: withoutDecimals(metadata, decimals), decimals }
}

async function ofDisk(path: string, onProgress: () => void): Promise<AsyncBuffer> {
  const { size } = await stat(path)
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const { buffer } = await readRange(path, start, end - start)
      onProgress()
      return buffer as ArrayBuffer
    },
  }
}

function ofBytes(bytes: SharedArrayBuffer): AsyncBuffer {
  const whole = new Uint8Array(bytes)
  return { byteLength: whole.length, slice: (start, end) => Uint8Array.from(whole.subarray(start, end)).buffer }
}
