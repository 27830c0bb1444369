/** The folder browser behind the window's path picker. */
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, parse, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { FolderEntry, FolderListing } from '@shared/api'
import type { Demo } from './places'

const IMAGE = /\.(jpe?g|png|webp|tiff?|avif|gif)$/i
const ORDER: FolderEntry['kind'][] = ['project', 'folder', 'model', 'image', 'file']
const MAX_ENTRIES = 5000
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** What lies in a folder: projects and folders first, then models, images, the rest; hidden entries left out. */
export async function listFolder(path: string | null, demo: Demo | null): Promise<FolderListing> {
  const folder = resolve(path ?? homedir())
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(folder, cause)
  })
  const visible = found.filter(({ name }) => !name.startsWith('.')).slice(0, MAX_ENTRIES)
  const entries = (await Promise.all(visible.map(({ name }) => describe(folder, name)))).filter((entry) => !!entry)
  entries.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byName.compare(a.name, b.name))
  const parent = dirname(folder)
  return { path: folder, parent: parent === folder ? null : parent, entries, roots: roots(demo) }
}

/** Follows links; null for what vanished or cannot be looked at. */
async function describe(folder: string, name: string): Promise<FolderEntry | null> {
  const found = await stat(join(folder, name)).catch(() => null)
  if (!found) return null
  if (found.isDirectory()) return { name, kind: name.endsWith('.headlight') ? 'project' : 'folder', bytes: 0 }
  const kind = /\.onnx$/i.test(name) ? 'model' : IMAGE.test(name) ? 'image' : 'file'
  return { name, kind, bytes: found.size }
}

function roots(demo: Demo | null): FolderListing['roots'] {
  const places = [{ name: 'Home', path: homedir() }]
  if (demo) places.push({ name: 'Demo', path: dirname(demo.modelPath) })
  return [...places, { name: 'Computer', path: parse(homedir()).root }]
}

function unreadable(folder: string, cause: NodeJS.ErrnoException): HeadlightError {
  if (cause.code === 'ENOENT') return new HeadlightError('not-found', `There is no folder ${folder}.`, { cause })
  if (cause.code === 'ENOTDIR') return new HeadlightError('not-found', `${folder} is not a folder.`, { cause })
  return new HeadlightError('not-found', `${folder} cannot be read: ${cause.code ?? cause.message}.`, { cause })
}
