import { stat } from 'node:fs/promises'
import type { FileMetaData } from 'hyparquet'
import { LRUCache } from 'lru-cache'
import { HeadlightError } from '@shared/errors'
import { type ParquetMember, pathOf } from './location'
import { openParquet, type ParquetFile, readParquetColumns } from './parquet-file'

/** A row group has to be unpacked whole. */
const MAX_GROUP = 2 ** 29
/** Unpacked row groups that are kept for the next rows; the newest one is always kept. */
const KEPT_BYTES = 2 ** 26
const KEPT_FILES = 8

type Images = (Uint8Array | null)[]

const files = new LRUCache<string, Promise<ParquetFile>>({ max: KEPT_FILES })
const groups = new LRUCache<string, { bytes: number; images: Promise<Images> }>({
  maxSize: KEPT_BYTES,
  // A group larger than the whole limit is kept as the only one, because the next rows need it.
  sizeCalculation: ({ bytes }) => Math.min(Math.max(bytes, 1), KEPT_BYTES),
})

/** The image of a row. Further rows of its group need no reading. */
export async function readParquetImage(member: ParquetMember): Promise<Uint8Array> {
  const { mtimeMs } = await stat(member.file)
  const parquet = await opened(member.file, mtimeMs)
  const group = groupOf(parquet.metadata, member.row)
  if (group === null) throw new HeadlightError('unreadable-image', `${pathOf(member)} is beyond the end of its file.`)
  const key = `${mtimeMs} ${group.start} ${member.column} ${member.file}`
  const images = await kept(key, group.bytes(member.column), () => readGroup(parquet, member.column, group))
  const image = images[member.row - group.start]
  if (image) return image
  throw new HeadlightError(
    'unreadable-image',
    `${pathOf(member)} has no image inside the file, only its name or nothing.`,
  )
}

/** The largest unpacked size of a column in one row group, and the most that is read. */
export function mostBytesOfGroup(metadata: FileMetaData, column: string): { bytes: number; limit: number } {
  const sizes = metadata.row_groups.map((_, index) => columnBytes(metadata, index, column))
  return { bytes: sizes.reduce((maximum, size) => Math.max(maximum, size), 0), limit: MAX_GROUP }
}

function opened(path: string, changed: number): Promise<ParquetFile> {
  const key = `${changed} ${path}`
  const known = files.get(key)
  if (known) return known
  const file = openParquet(path)
  files.set(key, file)
  file.catch(() => files.delete(key))
  return file
}

function kept(key: string, bytes: number, read: () => Promise<Images>): Promise<Images> {
  const known = groups.get(key)
  if (known) return known.images
  const images = read()
  groups.set(key, { bytes, images })
  images.catch(() => groups.delete(key))
  return images
}

interface Group {
  start: number
  end: number
  bytes(column: string): number
}

function groupOf(metadata: FileMetaData, row: number): Group | null {
  let start = 0
  for (const [index, { num_rows }] of metadata.row_groups.entries()) {
    const end = start + Number(num_rows)
    if (row < end) return { start, end, bytes: (column) => columnBytes(metadata, index, column) }
    start = end
  }
  return null
}

async function readGroup(parquet: ParquetFile, column: string, { start, end }: Group): Promise<Images> {
  const [values] = await readParquetColumns(parquet, [column], start, end)
  return values!.map(bytesOf)
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value
  if (value === null || typeof value !== 'object' || !('bytes' in value)) return null
  return value.bytes instanceof Uint8Array ? value.bytes : null
}

function columnBytes(metadata: FileMetaData, group: number, column: string): number {
  const chunks = metadata.row_groups[group]?.columns.filter(({ meta_data }) => meta_data?.path_in_schema[0] === column)
  return (chunks ?? []).reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0)
}
