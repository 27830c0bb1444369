/**
 * What the pages of a Parquet file say of themselves. A decoder makes room for as many values as a page's header names before it reads
 * one: in a damaged file that can be billions, and nothing stops it. So headers are read before the pages are.
 */
import type { AsyncBuffer, ColumnMetaData, FileMetaData, PageHeader } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'

/** Headers are tens of bytes, or more where they hold the least and the greatest value. */
const FIRST_READ = 4096
const MOST_VALUES = 2 ** 25

/**
 * Throws an error that says what is wrong where the number of rows is not that of the row groups, or a column without lists has
 * another number of values.
 */
export function checkCounts({ num_rows, row_groups, schema }: FileMetaData): void {
  if (row_groups.reduce((sum, group) => sum + group.num_rows, 0n) !== num_rows)
    throw new Error('another number of rows')
  const flat = schema.every(({ repetition_type }) => repetition_type !== 'REPEATED')
  for (const group of row_groups) {
    if (group.num_rows < 0n) throw new Error('a negative number of rows')
    for (const { meta_data } of group.columns) {
      if (flat && meta_data && meta_data.num_values !== group.num_rows) throw new Error('another number of values')
    }
  }
}

/**
 * Reads the page headers of some columns in the row groups that hold rows from `start` up to `end`. Throws an error that says what is wrong
 * where pages name more values or bytes than their column has.
 */
export async function checkPages(
  { buffer, metadata }: { buffer: AsyncBuffer; metadata: FileMetaData },
  columns: readonly string[],
  { start, end }: { start: number; end: number },
): Promise<void> {
  let first = 0
  for (const group of metadata.row_groups) {
    const next = first + Number(group.num_rows)
    if (first < end && next > start) {
      for (const { meta_data } of group.columns) {
        if (meta_data && columns.includes(meta_data.path_in_schema[0] ?? '')) await checkColumn(buffer, meta_data)
      }
    }
    first = next
  }
}

/** Columns of row groups whose pages are in order: the rows of a group are read in several parts. */
const checked = new WeakSet<ColumnMetaData>()

async function checkColumn(buffer: AsyncBuffer, column: ColumnMetaData): Promise<void> {
  if (checked.has(column)) return
  const start = Number(column.dictionary_page_offset || column.data_page_offset)
  const end = Math.min(buffer.byteLength, start + Number(column.total_compressed_size))
  let values = 0
  for (let at = start; at < end - 1;) {
    const { header, length } = await readHeader(buffer, at, end)
    values += checkPage(header, column)
    if (values > Number(column.num_values)) throw new Error('pages with more values than their column')
    at += length + header.compressed_page_size
  }
  checked.add(column)
}

/** The number of values of a page that counts towards its column's. */
function checkPage(header: PageHeader, column: ColumnMetaData): number {
  const data = header.data_page_header ?? header.data_page_header_v2
  const dictionary = header.dictionary_page_header?.num_values ?? 0
  const sizes = [header.compressed_page_size, header.uncompressed_page_size, data?.num_values ?? 0, dictionary]
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) throw new Error('a page of a negative size')
  if (header.uncompressed_page_size > Number(column.total_uncompressed_size)) {
    throw new Error('a page larger than its column')
  }
  // V8 ends the whole process where it cannot make a list of so many; programs write a million in a page at the most.
  if ((data?.num_values ?? 0) > MOST_VALUES) throw new Error('a page with too many values')
  // Each entry of a dictionary takes a byte at the least.
  if (dictionary > header.uncompressed_page_size) throw new Error('a dictionary with more values than bytes')
  const rows = header.data_page_header_v2?.num_rows ?? 0
  if (rows < 0 || rows > (data?.num_values ?? 0)) throw new Error('a page with more rows than values')
  return data?.num_values ?? 0
}

async function readHeader(
  buffer: AsyncBuffer,
  at: number,
  end: number,
): Promise<{ header: PageHeader; length: number }> {
  for (let most = FIRST_READ; ; most *= 8) {
    const bytes = await buffer.slice(at, Math.min(end, at + most))
    const reader = { view: new DataView(bytes), offset: 0 }
    try {
      const header = parquetHeader(reader)
      return { header, length: reader.offset }
    } catch (error) {
      if (at + most >= end) throw error
    }
  }
}
