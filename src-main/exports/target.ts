/** Where an export may be written. */
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import type { ProjectInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { datasetFileKind, isImageName } from '@shared/dataset-kinds'

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
 * Throws 'usage' where writing would change the project or what its results were computed from: inside the project's
 * folder, inside a dataset's, over a dataset's file, a picture beside it, a model, or over what is no regular file.
 */
export function refuseProtected({ out, isFolder }: ExportTarget, project: ProjectInfo): void {
  const path = realPath(resolve(out))
  if (isInside(path, realPath(project.path))) {
    throw usage(`${out} lies inside the project; choose a place outside of ${project.path}.`)
  }
  for (const { dataPath, masksPath, modelPath } of project.runs.map(({ definition }) => definition)) {
    for (const root of [dataPath, masksPath ?? dataPath].map(realPath)) refuseDataset(path, out, root, isFolder)
    const model = realPath(modelPath)
    const isModel = path === model || (dirname(path) === dirname(model) && existsSync(path) && isModelFile(path))
    if (isModel) throw usage(`${out} is the file of a model that the project uses; choose another name.`)
  }
  refuseIrregular(out, isFolder)
}

/**
 * What a window may write, whoever holds its key: the ending is the format's, nothing hidden is written (start-up files of
 * a shell, keys), and overlays go into a folder that is new, empty or theirs. Throws 'usage'.
 */
export function refuseForWindow({ out, isFolder }: ExportTarget, format: string, project: ProjectInfo): void {
  const path = realPath(resolve(out))
  // A project may lie in a hidden folder itself; then what is beside it is no secret.
  const beside = realPath(dirname(project.path))
  if (isHidden(isInside(path, beside) ? path.slice(beside.length) : path)) {
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
  const found = statSync(root, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) {
    if (isInside(path, root)) throw usage(`${out} lies inside the dataset ${root}; choose a place outside of it.`)
    return
  }
  if (path === root) throw usage(`${out} is a file of the dataset; choose another name.`)
  // The pictures of a manifest lie beside it.
  const isBeside = isInside(path, dirname(root))
  const isOfDataset = isImageName(path) || datasetFileKind(path) !== null
  if (isBeside && !isFolder && existsSync(path) && isOfDataset) {
    throw usage(`${out} may be a file of the dataset ${root}; choose another name.`)
  }
}

/** Only a regular file is replaced, only a folder is written into; what a link leads to was looked at already. */
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
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Whether a name on the way, or the last one, begins with a dot. */
function isHidden(path: string): boolean {
  return path.split(sep).some((part) => /^\.[^.]/.test(part))
}

/** With every link followed, as far as there is something. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), basename(path))
  }
}

const usage = (message: string) => new HeadlightError('usage', message)
