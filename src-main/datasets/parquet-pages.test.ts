import type { FileMetaData } from 'hyparquet'
import { parquetMetadata } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, it } from 'vitest'
import { checkCounts, checkPages } from './parquet-pages'

const bytes = parquetWriteBuffer({
  columnData: [
    { name: 'path', data: Array.from({ length: 500 }, (_, at) => `folder/${at}.png`), type: 'STRING' },
    { name: 'label', data: Array.from({ length: 500 }, (_, at) => BigInt(at % 7)), type: 'INT64' },
  ],
  rowGroupSize: 200,
})
const buffer = { byteLength: bytes.byteLength, slice: (start: number, end?: number) => bytes.slice(start, end) }

/** The footer of the same file, which says something else of its second group's first column. */
function changed(change: (column: NonNullable<FileMetaData['row_groups'][0]['columns'][0]['meta_data']>) => void) {
  const metadata = parquetMetadata(bytes)
  change(metadata.row_groups[1]!.columns[0]!.meta_data!)
  return metadata
}

const pages = (metadata: FileMetaData, columns = ['path', 'label'], rows = { start: 0, end: 500 }) =>
  checkPages({ buffer, metadata }, columns, rows)

it('takes a sound file', async () => {
  const metadata = parquetMetadata(bytes)
  expect(metadata.row_groups).toHaveLength(3)
  checkCounts(metadata)
  await pages(metadata)
})

it('refuses numbers of rows and values that do not agree', () => {
  expect(() => checkCounts({ ...parquetMetadata(bytes), num_rows: 501n })).toThrow('another number of rows')
  expect(() => checkCounts(changed((column) => (column.num_values = 201n)))).toThrow('another number of values')
})

it('refuses pages that name more values or bytes than their column', async () => {
  await expect(pages(changed((column) => (column.num_values = 199n)))).rejects.toThrow('more values than their column')
  await expect(pages(changed((column) => (column.total_uncompressed_size = 1n)))).rejects.toThrow(
    'larger than its column',
  )
})

it('reads the headers of the asked columns and rows alone', async () => {
  const metadata = changed((column) => (column.num_values = 199n))
  await pages(metadata, ['label'])
  await pages(metadata, ['path'], { start: 0, end: 200 })
  await pages(metadata, ['path'], { start: 400, end: 500 })
  await expect(pages(metadata, ['path'], { start: 399, end: 401 })).rejects.toThrow()
})
