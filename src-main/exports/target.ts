/** Where an export may be written. */
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { ProjectInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { datasetFileKind, isImageName } from '@shared/dataset-kinds'
import { statOf } from '@headlight/explain/files'
import { isSameFile } from '../datasets/same-file'

/** Endings of the files of a format. */
const ENDINGS: Record<string, string[]> = {
  csv: ['.csv'],
  json: ['.json'],
  parquet: ['.parquet'],
  npz: ['.npz'],
  html: ['.html', '.htm'],
}

export interface ExportTarget {
  out: string
  /** Overlays are a folder of many files. */
  isFolder: boolean
}

/**
 * Throws 'usage' where writing would change a project or what its results were computed from: inside a project's
 * folder, inside a dataset's, over a dataset's file, a picture beside it, a model, or over what is not a regular file.
 * Places are compared by what they are on the disk, so another spelling of a folder or a hard link is seen as well.
 */
export function refuseProtected({ out, isFolder }: ExportTarget, project: ProjectInfo): void {
  const path = realPath(resolve(out))
  refuseOddNames(path, out)
  if (isInside(path, realPath(project.path))) {
    throw usage(`${out} lies inside the project; choose a place outside of ${project.path}.`)
  }
  const other = upwards(path).find((folder) => existsSync(join(folder, 'review.sqlite')))
  if (other !== undefined) throw usage(`${out} lies inside the project ${other}; choose a place outside of it.`)
  for (const { dataPath, masksPath, modelPath } of project.runs.map(({ definition }) => definition)) {
    for (const root of [dataPath, masksPath ?? dataPath].map(realPath)) {
      refuseDataset(path, out, root, isFolder)
      // Names of overlays may lead into any folder below.
      if (isFolder && isInside(root, path)) throw usage(`${out} holds the dataset ${root}; choose a folder beside it.`)
    }
    const model = realPath(modelPath)
    const isBeside = isSameFile(dirname(path), dirname(model)) && existsSync(path) && isModelFile(path)
    const isModel = isSameFile(path, model) || isBeside
    if (isModel) throw usage(`${out} is the file of a model that the project uses; choose another name.`)
  }
  refuseIrregular(out, isFolder)
}

/**
 * Limits of what a window may write, also to a stolen key: the ending is the format's, nothing hidden is written (start-up files of
 * a shell, keys), and overlays go into a folder that is new, empty or theirs. Throws 'usage'.
 */
export function refuseForWindow({ out, isFolder }: ExportTarget, format: string, project: ProjectInfo): void {
  const path = realPath(resolve(out))
  // The project itself may be in a hidden folder; files beside it are then allowed.
  if (isHiddenBelow(realPath(dirname(project.path)), path)) {
    throw usage(`${out} is hidden (a name that begins with a dot); choose another place, or use headlight export.`)
  }
  if (!isFolder) {
    const endings = ENDINGS[format] ?? [`.${format}`]
    if (endings.includes(extname(out).toLowerCase())) return
    throw usage(`${out} does not end in ${endings[0] ?? ''}, as files of this format do; choose another name.`)
  }
  if (!existsSync(out) || existsSync(join(out, 'overlays.csv'))) return
  if (readdirSync(out).length > 0) throw usage(`${out} holds other files; choose a new folder for the overlays.`)
}

function refuseDataset(path: string, out: string, root: string, isFolder: boolean): void {
  if (statOf(root)?.isDirectory() === true) {
    if (isInside(path, root)) throw usage(`${out} lies inside the dataset ${root}; choose a place outside of it.`)
    return
  }
  if (isSameFile(path, root)) throw usage(`${out} is a file of the dataset; choose another name.`)
  // The pictures of a manifest lie beside it.
  const isBeside = isInside(path, dirname(root))
  const isOfDataset = isImageName(path) || datasetFileKind(path) !== null
  if (isBeside && !isFolder && existsSync(path) && isOfDataset) {
    throw usage(`${out} may be a file of the dataset ${root}; choose another name.`)
  }
}

/**
 * Throws 'usage' where a link below `folder` leads a file that is about to be written elsewhere: only the folder itself
 * was looked at before.
 */
export function refuseLeadingOut(folder: string, file: string): void {
  const [root, parent] = [realPath(resolve(folder)), realPath(resolve(dirname(file)))]
  if (isInside(parent, root)) return
  throw usage(`${dirname(file)} is a link that leads to ${parent}, out of ${folder}; choose a new folder.`)
}

/** Only a regular file is replaced, only a folder is written into; the targets of links were checked before. */
function refuseIrregular(out: string, isFolder: boolean): void {
  const found = statSync(out, { throwIfNoEntry: false })
  if (found === undefined) {
    if (lstatSync(out, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw usage(`${out} is a link that leads nowhere; choose another name.`)
    }
    return
  }
  if (isFolder && !found.isDirectory()) throw usage(`${out} is a file; choose a folder for the overlays.`)
  if (!isFolder && !found.isFile()) throw usage(`${out} is not a regular file, so it cannot be replaced.`)
}

function isModelFile(path: string): boolean {
  return /\.(onnx|data|bin|pb|onnx_data)$/i.test(path)
}

function isInside(path: string, folder: string): boolean {
  return upwards(path).some((above) => isSameFile(above, folder))
}

/** The path itself and every folder above it. */
function upwards(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...upwards(parent)]
}

/**
 * Windows drops dots and spaces at the end of a name, and takes what follows a colon for a second content of the file: such
 * a name is not the one that was looked at. New names are refused on every system, since folders are copied between them.
 */
function refuseOddNames(path: string, out: string): void {
  const isWindows = process.platform === 'win32'
  const odd = upwards(path)
    .filter((each) => dirname(each) !== each && (isWindows || !existsSync(each)))
    .map((each) => basename(each))
    .find((name) => /[. ]$/.test(name) || (isWindows && name.includes(':')))
  if (odd === undefined) return
  throw usage(`${out} has a name that Windows reads as another one (“${odd}”); choose another name.`)
}

/** Whether a name on the way from `folder`, or from the root where the path is not inside it, begins with a dot. */
function isHiddenBelow(folder: string, path: string): boolean {
  const above = upwards(path)
  const end = above.findIndex((each) => isSameFile(each, folder))
  return above.slice(0, end < 0 ? undefined : end).some((each) => basename(each).startsWith('.'))
}

/** The path with every link followed, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), basename(path))
  }
}

const usage = (message: string) => new HeadlightError('usage', message)
