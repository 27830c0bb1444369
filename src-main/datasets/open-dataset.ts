/** Chooses the source that reads the dataset at a path. */
import { opendir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { refuseIrregular } from '@headlight/explain/files'
import { IdxFiles, imagesOfIdx, isIdxImages } from './idx-files'
import { ImageFolder } from './image-folder'
import { isImageName } from './image-names'
import { Manifest } from './manifest'
import { imageFeatures, imageLists } from './parquet-features'
import { openParquet } from './parquet-file'
import { ParquetImages } from './parquet-images'
import { PassedOverList } from './passed-over'
import type { DatasetSource } from './source'
import { isTable } from './tables'
import { TarReader } from './tar'
import { TarShards } from './tar-shards'
import { walkImages } from './walk-images'
import { ZipArchive } from './zip-archive'

/** Entries of a folder that are looked at: the first ones show what a folder contains. */
const MAX_ENTRIES = 2000
/** Folders of a level that are looked into: `data/`, `default/train/`, `FashionMNIST/raw/`. */
const MAX_FOLDERS = 16
/** Levels below a folder that are looked into while they hold nothing but folders. */
const DEEPEST = 6

/** The source for whatever lies at `path`. Throws 'not-found' and 'unsupported-dataset'. */
export async function openDataset(path: string): Promise<DatasetSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is nothing at ${path}; check the path of the dataset.`, { cause })
  })
  await refuseIrregular(path, 'unsupported-dataset')
  return found.isDirectory() ? detectFolder(path) : detectFile(path)
}

/** Throws 'unsupported-dataset' for a file of no known kind, with the kinds that are. */
async function detectFile(path: string): Promise<DatasetSource> {
  const file = resolve(path)
  const name = basename(file).toLowerCase()
  if (name.endsWith('.tar')) return new TarShards(file, [file])
  if (name.endsWith('.zip')) return new ZipArchive(file)
  if (isIdxImages(name)) return new IdxFiles(file, [file])
  if (await holdsParquetImages(file)) return new ParquetImages(file, [file])
  if (isTable(name) || /\.json$/.test(name)) return new Manifest(file)
  if (/\.(tgz|tar\.(gz|bz2|xz|zst))$/.test(name)) {
    throw unsupported(`${file} is a compressed tar, which has no random access; unpack it to .tar.`)
  }
  throw unsupported(
    `${file} is not a dataset that is known; choose a folder of images, a .csv, .tsv, .jsonl or .parquet, a .tar, a .zip or an IDX file.`,
  )
}

/**
 * Shards, archives or IDX files where they hold more than the pictures beside them (a figure beside shards is not a dataset,
 * and shards beside unpacked pictures are what those came from), and an image folder otherwise.
 */
async function detectFolder(path: string): Promise<DatasetSource> {
  const root = resolve(path)
  const seen = await lookDeep(root)
  const parquet = seen.flatMap(({ tables }) => tables).filter((table) => table.toLowerCase().endsWith('.parquet'))
  const shards = await parquetSizes(parquet)
  const tars = seen.flatMap((folder) => folder.tars)
  const idx = withoutTwins(seen.flatMap((folder) => folder.idx))
  const pictures = seen.some(({ images }) => images > 0)
  if (!pictures) {
    if (shards.images > 0) return new ParquetImages(root, parquet)
    if (tars.length > 0) return new TarShards(root, tars)
    if (idx.length > 0) return new IdxFiles(root, idx)
    return nothingButImages(root, seen)
  }
  if (shards.images === 0 && tars.length === 0 && idx.length === 0) return new ImageFolder(root)
  const { paths } = await walkImages(root)
  const aside = new PassedOverList()
  aside.add(
    'pictures beside the archives',
    `fewer than the archives hold; choose their folder to take them`,
    paths.length,
  )
  if (shards.images > paths.length) return new ParquetImages(root, parquet, aside.list())
  if (tars.length > 0 && (await holdsMore(tars, paths.length))) return new TarShards(root, tars, aside.list())
  if (idx.length > 0 && (await imagesOfIdx(idx)) > paths.length) return new IdxFiles(root, idx, aside.list())
  return new ImageFolder(root)
}

/** A folder without a dataset. The image folder's listing reports it, unless a better reason is known. */
function nothingButImages(root: string, seen: readonly Seen[]): DatasetSource {
  if (seen.some(({ arrow }) => arrow)) {
    throw unsupported(
      `${root} holds Arrow files of save_to_disk; write them as Parquet (dataset.to_parquet), which can be read in place.`,
    )
  }
  const zips = seen.flatMap((folder) => folder.zips)
  if (zips.length > 0) {
    throw unsupported(`${root} holds archives and no images; choose one of them: ${zips.slice(0, 3).join(', ')}.`)
  }
  return new ImageFolder(root)
}

interface Seen {
  folders: string[]
  /** At least so many. */
  images: number
  arrow: boolean
  tables: string[]
  tars: string[]
  zips: string[]
  idx: string[]
}

/** A folder, those inside it, and further down as long as nothing but folders was found. */
async function lookDeep(root: string): Promise<Seen[]> {
  const seen = [await look(root)]
  let level = seen
  for (let depth = 1; depth <= DEEPEST; depth++) {
    const folders = level.flatMap((folder) => folder.folders.slice(0, MAX_FOLDERS)).slice(0, MAX_FOLDERS * MAX_FOLDERS)
    level = await Promise.all(folders.map(look))
    seen.push(...level)
    const holds = seen.some(({ images, tables, tars, idx }) => images + tables.length + tars.length + idx.length > 0)
    if (level.length === 0 || (holds && depth >= 2)) break
  }
  return seen
}

async function look(folder: string): Promise<Seen> {
  const seen: Seen = { folders: [], images: 0, arrow: false, tables: [], tars: [], zips: [], idx: [] }
  // A folder that cannot be read is named by the listing.
  const entries = await opendir(folder).catch(() => null)
  if (entries === null) return seen
  let count = 0
  for await (const entry of entries) {
    // Shards are all taken; what else there is shows in the first entries.
    if (++count > MAX_ENTRIES && seen.tars.length + seen.tables.length === 0) break
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const isLink = entry.isSymbolicLink()
    const isFolder = entry.isDirectory() || (isLink && (await stat(path).catch(() => null))?.isDirectory() === true)
    if (isFolder) seen.folders.push(path)
    else if (isImageName(entry.name)) seen.images++
    else if (isTable(entry.name)) seen.tables.push(path)
    else if (/\.tar$/i.test(entry.name)) seen.tars.push(path)
    else if (/\.zip$/i.test(entry.name)) seen.zips.push(path)
    else if (/\.arrow$/i.test(entry.name)) seen.arrow = true
    else if (isIdxImages(entry.name)) seen.idx.push(path)
  }
  return seen
}

/** Rows of those parquet files that hold images. A file that is damaged holds none here, and is named by the listing. */
async function parquetSizes(files: readonly string[]): Promise<{ images: number }> {
  let images = 0
  for (const file of files) {
    const parquet = await openParquet(file).catch(() => null)
    if (parquet !== null && imageFeatures(parquet) !== null) images += Number(parquet.metadata.num_rows)
  }
  return { images }
}

/** Whether tars hold more than `count` images; no more of them is read than it takes to know. */
async function holdsMore(tars: readonly string[], count: number): Promise<boolean> {
  let images = 0
  for (const tar of tars) {
    const reader = await TarReader.open(tar)
    try {
      for await (const { name } of reader.entries()) {
        if (isImageName(Buffer.from(name).toString('utf8')) && ++images > count) return true
      }
    } catch {
      // Of a damaged archive, the members before the damage are counted.
    } finally {
      await reader.close()
    }
  }
  return false
}

/** Images, or lists of images: the listing says that those are not read. */
async function holdsParquetImages(file: string): Promise<boolean> {
  if (!/\.parquet$/i.test(file)) return false
  const parquet = await openParquet(file)
  return imageFeatures(parquet) !== null || imageLists(parquet).length > 0
}

/** Where a file exists plain and gzipped, the plain one is read. */
function withoutTwins(files: readonly string[]): string[] {
  return files.filter((file) => !file.endsWith('.gz') || !files.includes(file.slice(0, -3))).sort()
}

function unsupported(sentence: string): HeadlightError {
  return new HeadlightError('unsupported-dataset', sentence)
}
