import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { isImageName, whyNoLabels, whyNoPicture } from './image-names'
import type { ListOptions } from './source'
import { isTable, mayBeTable } from './tables'

/** Folders that are read at the same time. */
const CONCURRENT_FOLDERS = 16

export interface FoundImages {
  /** Relative to the root, with '/', in no particular order. */
  paths: string[]
  /** Files that are or may be tables, and archives, relative to the root. */
  tables: string[]
  archives: string[]
  /** Pictures and files of labels that are not read. */
  unread: string[]
  /** Sentences about folders and files that were passed over. */
  problems: string[]
}

/**
 * Every image below `root`, at any depth. Hidden files and folders are skipped; links are followed, each folder once.
 * Throws 'not-found' when the root itself cannot be read.
 */
export async function walkImages(root: string, { signal, onFound }: ListOptions = {}): Promise<FoundImages> {
  const found: FoundImages = { paths: [], tables: [], archives: [], unread: [], problems: [] }
  // A root that cannot be read is refused below, where its folder is.
  const visited = new Set<string>([await realpath(root).catch(() => root)])
  let unreadableNames = 0
  let level = ['']
  while (level.length > 0) {
    const next: string[] = []
    for (let start = 0; start < level.length; start += CONCURRENT_FOLDERS) {
      signal?.throwIfAborted()
      const slice = level.slice(start, start + CONCURRENT_FOLDERS)
      await Promise.all(slice.map((folder) => visit(folder, next)))
      onFound?.(found.paths.length)
    }
    level = next
  }
  if (unreadableNames > 0) {
    found.problems.push(
      `${unreadableNames} file or folder name${unreadableNames > 1 ? 's are' : ' is'} not valid UTF-8 and ` +
        `${unreadableNames > 1 ? 'were' : 'was'} passed over; rename to include.`,
    )
  }
  return found

  async function visit(folder: string, next: string[]): Promise<void> {
    for (const entry of await entries(folder)) {
      const name = entry.name.toString('utf8')
      if (name.startsWith('.')) continue
      if (!Buffer.from(name, 'utf8').equals(entry.name)) {
        unreadableNames++
        continue
      }
      const path = folder + name
      const kind = await kindOf(path, entry)
      if (kind === 'folder') next.push(`${path}/`)
      else if (kind !== 'file') continue
      else if (isImageName(name)) found.paths.push(path)
      else if (isTable(name) || mayBeTable(name)) found.tables.push(path)
      else if (/\.(zip|tar|tgz|tar\.(gz|bz2|xz|zst))$/i.test(name)) found.archives.push(path)
      else if (whyNoPicture(name) !== null || whyNoLabels(name) !== null) found.unread.push(path)
    }
  }

  async function entries(folder: string): Promise<Dirent<Buffer>[]> {
    try {
      return await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' })
    } catch (cause) {
      if (folder === '') {
        throw new HeadlightError('not-found', `The folder ${root} cannot be read; check its path and permissions.`, {
          cause,
        })
      }
      found.problems.push(`The folder ${folder} cannot be read and was passed over.`)
      return []
    }
  }

  async function kindOf(path: string, entry: Dirent<Buffer>): Promise<'folder' | 'file' | null> {
    if (entry.isDirectory()) return 'folder'
    if (entry.isFile()) return 'file'
    if (!entry.isSymbolicLink()) return null
    const target = await stat(join(root, path)).catch(() => null)
    if (target === null) {
      found.problems.push(`The link ${path} leads nowhere and was passed over.`)
      return null
    }
    if (target.isFile()) return 'file'
    if (!target.isDirectory()) return null
    const real = await realpath(join(root, path))
    if (visited.has(real)) return null
    visited.add(real)
    return 'folder'
  }
}
