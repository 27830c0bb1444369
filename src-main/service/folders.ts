/** The folder browser behind the window's path picker. */
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, parse, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { FolderEntry, FolderListing } from '@shared/api'
import { datasetFileKind, isImageName, whyNoDataset, whyNoPicture } from '@shared/dataset-kinds'
import type { Demo } from './places'

const ORDER: FolderEntry['kind'][] = ['project', 'folder', 'model', 'dataset', 'image', 'file']
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

/** What lies at a path, wherever it came from. Throws 'not-found'. */
export async function describePath(path: string): Promise<FolderEntry & { path: string }> {
  const whole = resolve(path)
  const entry = await describe(dirname(whole), basename(whole))
  if (!entry) throw new HeadlightError('not-found', `There is nothing at ${whole}.`)
  return { ...entry, path: whole }
}

/** Follows links; null for what vanished or cannot be looked at. */
async function describe(folder: string, name: string): Promise<FolderEntry | null> {
  const found = await stat(join(folder, name)).catch(() => null)
  if (!found) return null
  if (found.isDirectory())
    return { name, kind: name.endsWith('.headlight') ? 'project' : 'folder', bytes: 0, note: null }
  return { name, bytes: found.size, ...fileKind(name) }
}

function fileKind(name: string): Pick<FolderEntry, 'kind' | 'note'> {
  if (/\.onnx$/i.test(name)) return { kind: 'model', note: null }
  if (isImageName(name)) return { kind: 'image', note: null }
  const dataset = datasetFileKind(name)
  if (dataset) return { kind: 'dataset', note: `${dataset.name}: ${dataset.note}` }
  return { kind: 'file', note: whyNoDataset(name) ?? whyNoPicture(name) }
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
