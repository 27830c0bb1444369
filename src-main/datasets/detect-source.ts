/** Which source reads what lies at a path. */
import { opendir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { IdxFiles, isIdxImages } from './idx-files'
import { ImageFolder } from './image-folder'
import { isImageName } from './image-names'
import type { DatasetSource } from './source'
import { TarShards } from './tar-shards'
import { ZipArchive } from './zip-archive'

/** Entries of a folder that are looked at: what a folder holds shows early. */
const MOST_ENTRIES = 2000
/** Folders below that are looked into when a folder itself holds neither images nor archives. */
const MOST_FOLDERS = 16

/** Throws 'unsupported-dataset' for a file of no known kind, with the kinds that are. */
export async function detectFile(path: string): Promise<DatasetSource> {
  const file = resolve(path)
  const name = basename(file).toLowerCase()
  if (name.endsWith('.tar')) return new TarShards(file, [file])
  if (name.endsWith('.zip')) return new ZipArchive(file)
  if (isIdxImages(name)) return new IdxFiles(file, [file])
  if (/\.(tgz|tar\.(gz|bz2|xz|zst))$/.test(name)) {
    throw new HeadlightError(
      'unsupported-dataset',
      `${file} is a compressed tar, which has no random access; unpack it to .tar.`,
    )
  }
  throw new HeadlightError(
    'unsupported-dataset',
    `${file} is no dataset that is known; choose a folder of images, a .zip, a .tar or an IDX file.`,
  )
}

/** An image folder unless the folder holds archives and no images. */
export async function detectFolder(path: string): Promise<DatasetSource> {
  const root = resolve(path)
  const top = await look(root)
  const folders = top.images ? [] : top.folders.slice(0, MOST_FOLDERS)
  const below = await Promise.all(folders.map((folder) => look(folder)))
  const seen = [top, ...below]
  if (seen.some(({ images }) => images)) return new ImageFolder(root)
  const tars = seen.flatMap((folder) => folder.tars)
  if (tars.length > 0) return new TarShards(root, tars)
  const idx = seen.flatMap((folder) => folder.idx)
  if (idx.length > 0) return new IdxFiles(root, withoutTwins(idx))
  return new ImageFolder(root)
}

interface Seen {
  folders: string[]
  images: boolean
  tars: string[]
  idx: string[]
}

async function look(folder: string): Promise<Seen> {
  const seen: Seen = { folders: [], images: false, tars: [], idx: [] }
  const entries = await opendir(folder).catch(() => null)
  if (entries === null) return seen
  let count = 0
  for await (const entry of entries) {
    // Shards are all taken; what else there is shows in the first entries.
    if (++count > MOST_ENTRIES && seen.tars.length === 0) break
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const isLink = entry.isSymbolicLink()
    const isFolder = entry.isDirectory() || (isLink && (await stat(path).catch(() => null))?.isDirectory() === true)
    if (isFolder) seen.folders.push(path)
    else if (isImageName(entry.name)) seen.images = true
    else if (entry.name.toLowerCase().endsWith('.tar')) seen.tars.push(path)
    else if (isIdxImages(entry.name)) seen.idx.push(path)
  }
  return seen
}

/** Of a file and its gzipped twin, the file. */
function withoutTwins(files: readonly string[]): string[] {
  return files.filter((file) => !file.endsWith('.gz') || !files.includes(file.slice(0, -3))).sort()
}
