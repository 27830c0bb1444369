/** Which source reads what lies at a path. */
import { opendir, stat } from 'node:fs/promises'
import { basename, join, parse, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { IdxFiles, isIdxImages } from './idx-files'
import { ImageFolder } from './image-folder'
import { isImageName } from './image-names'
import { Manifest, namesImages } from './manifest'
import { imageFeatures } from './parquet-features'
import { openParquet } from './parquet-file'
import { ParquetImages } from './parquet-images'
import type { DatasetSource } from './source'
import { isTable } from './tables'
import { TarShards } from './tar-shards'
import { ZipArchive } from './zip-archive'

/** Entries of a folder that are looked at: what a folder holds shows early. */
const MOST_ENTRIES = 2000
/** Folders of a level that are looked into: `data/`, `default/train/`, `FashionMNIST/raw/`. */
const MOST_FOLDERS = 16
/** Tables of these names are the dataset, whatever lies beside them. */
const MANIFEST = /^(metadata|manifest)$/i

/** The source for whatever lies at `path`. Throws 'not-found' and 'unsupported-dataset'. */
export async function openDataset(path: string): Promise<DatasetSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is nothing at ${path}; check the path of the dataset.`, { cause })
  })
  return found.isDirectory() ? detectFolder(path) : detectFile(path)
}

/** Throws 'unsupported-dataset' for a file of no known kind, with the kinds that are. */
async function detectFile(path: string): Promise<DatasetSource> {
  const file = resolve(path)
  const name = basename(file).toLowerCase()
  if (name.endsWith('.tar')) return new TarShards(file, [file])
  if (name.endsWith('.zip')) return new ZipArchive(file)
  if (isIdxImages(name)) return new IdxFiles(file, [file])
  if (await holdsImages(file)) return new ParquetImages(file, [file])
  if (isTable(name)) return new Manifest(file, [file])
  if (/\.(tgz|tar\.(gz|bz2|xz|zst))$/.test(name)) {
    throw unsupported(`${file} is a compressed tar, which has no random access; unpack it to .tar.`)
  }
  throw unsupported(
    `${file} is no dataset that is known; choose a folder of images, a .csv, .tsv, .jsonl or .parquet, a .tar, a .zip or an IDX file.`,
  )
}

/** A manifest, archives where there are no images beside them, and an image folder otherwise. */
async function detectFolder(path: string): Promise<DatasetSource> {
  const root = resolve(path)
  const top = await look(root)
  const [manifest, ...manifests] = await findManifests(top)
  if (manifest !== undefined) return new Manifest(root, [manifest, ...manifests])

  // Archives beside folders of images are mostly what those were unpacked from, so those are looked into at any rate.
  const below = await lookAll(top.folders)
  const deeper = [top, ...below].every(isBare) ? await lookAll(below.flatMap(({ folders }) => folders)) : []
  const seen = [top, ...below, ...deeper]
  if (seen.some(({ images }) => images)) return new ImageFolder(root)

  const parquet = seen.flatMap(({ tables }) => tables).filter((table) => table.toLowerCase().endsWith('.parquet'))
  if (parquet[0] !== undefined && (await holdsImages(parquet[0]))) return new ParquetImages(root, parquet)
  const tars = seen.flatMap((folder) => folder.tars)
  if (tars.length > 0) return new TarShards(root, tars)
  const idx = seen.flatMap((folder) => folder.idx)
  if (idx.length > 0) return new IdxFiles(root, withoutTwins(idx))
  if (seen.some(({ arrow }) => arrow)) {
    throw unsupported(
      `${root} holds Arrow files of save_to_disk; write them as Parquet (dataset.to_parquet), which can be read in place.`,
    )
  }
  return new ImageFolder(root)
}

interface Seen {
  folders: string[]
  images: boolean
  arrow: boolean
  tables: string[]
  tars: string[]
  idx: string[]
}

function isBare({ images, tables, tars, idx }: Seen): boolean {
  return !images && tables.length + tars.length + idx.length === 0
}

function lookAll(folders: readonly string[]): Promise<Seen[]> {
  return Promise.all(folders.slice(0, MOST_FOLDERS).map(look))
}

async function look(folder: string): Promise<Seen> {
  const seen: Seen = { folders: [], images: false, arrow: false, tables: [], tars: [], idx: [] }
  const entries = await opendir(folder).catch(() => null)
  if (entries === null) return seen
  let count = 0
  for await (const entry of entries) {
    // Shards are all taken; what else there is shows in the first entries.
    if (++count > MOST_ENTRIES && seen.tars.length + seen.tables.length === 0) break
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const isLink = entry.isSymbolicLink()
    const isFolder = entry.isDirectory() || (isLink && (await stat(path).catch(() => null))?.isDirectory() === true)
    if (isFolder) seen.folders.push(path)
    else if (isImageName(entry.name)) seen.images = true
    else if (isTable(entry.name)) seen.tables.push(path)
    else if (/\.tar$/i.test(entry.name)) seen.tars.push(path)
    else if (/\.arrow$/i.test(entry.name)) seen.arrow = true
    else if (isIdxImages(entry.name)) seen.idx.push(path)
  }
  return seen
}

/** One table by its name, or the tables beside images that lie in no class folders: `train.csv` and `test.csv`. */
async function findManifests({ tables, images, folders }: Seen): Promise<string[]> {
  const named = tables.filter((table) => MANIFEST.test(parse(table).name)).sort()
  for (const table of named) if (await namesImages(table)) return [table]
  const isFlat = images || folders.some((folder) => basename(folder).toLowerCase() === 'images')
  if (!isFlat || tables.length > MOST_FOLDERS) return []
  const naming = await Promise.all(tables.sort().map(async (table) => ((await namesImages(table)) ? [table] : [])))
  return naming.flat()
}

async function holdsImages(file: string): Promise<boolean> {
  return /\.parquet$/i.test(file) && imageFeatures(await openParquet(file)) !== null
}

/** Of a file and its gzipped twin, the file. */
function withoutTwins(files: readonly string[]): string[] {
  return files.filter((file) => !file.endsWith('.gz') || !files.includes(file.slice(0, -3))).sort()
}

function unsupported(sentence: string): HeadlightError {
  return new HeadlightError('unsupported-dataset', sentence)
}
