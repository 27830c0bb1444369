import { readdir, stat } from 'node:fs/promises'
import { dirname, basename, join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { SampleLocation } from './location'
import { imageKeys, isImageFolder, isMaskFolder, maskFolderRank, maskKeys } from './mask/mask-names'
import { naturalOrder } from './natural-order'
import { walkImages } from './walk-images'

/** Masks of a dataset: the same relative path as the image, in archives as the member, with any image extension. */
export interface MaskFolder {
  path: string
  count: number
  /**
   * Absolute path of the mask of a sample, null without one: at the path of the image or, where no mask lies there, at
   * what is left of it below its top folders, with or without a suffix such as `_mask`.
   */
  find(samplePath: string, location?: SampleLocation): string | null
}

/**
 * The masks of a dataset: those at `explicit`, or else in the folder of masks (`masks`, `SegmentationClass`,
 * `annotations/trimaps`, ...) beside the nearest folder of images (`images`, `JPEGImages`, ...) of the dataset's path:
 * `images/train` has `masks/train`. Null when there are none. Throws 'not-found' for an explicit folder that is not there.
 */
export async function openMasks(datasetRoot: string, explicit: string | null): Promise<MaskFolder | null> {
  if (explicit !== null) {
    if (!(await isFolder(explicit))) {
      throw new HeadlightError('not-found', `There is no folder of masks at ${explicit}; check its path.`)
    }
    return readMasks(resolve(explicit))
  }
  for (const beside of await besideImages(resolve(datasetRoot))) {
    const masks = (await isFolder(beside)) ? await readMasks(beside) : null
    if (masks !== null && masks.count > 0) return masks
  }
  return null
}

async function readMasks(root: string): Promise<MaskFolder> {
  const { paths } = await walkImages(root)
  paths.sort(naturalOrder)
  const exact = new Set(paths)
  const byKey = new Map<string, { path: string; rank: number }>()
  for (const path of paths) {
    for (const { key, rank } of maskKeys(path)) {
      const known = byKey.get(key)
      // Where several masks share a name, PNG is taken: the others may have been compressed with loss.
      const isBetter = known === undefined || rank < known.rank
      if (isBetter || (rank === known.rank && isPng(path) && !isPng(known.path))) byKey.set(key, { path, rank })
    }
  }
  const find = (name: string) =>
    exact.has(name)
      ? name
      : imageKeys(name)
          .map((key) => byKey.get(key)?.path)
          .find((path) => path !== undefined)
  return {
    path: root,
    count: paths.length,
    find(samplePath, location = samplePath) {
      const names = typeof location === 'string' ? innerPaths(samplePath) : [samplePath, ...innerPaths(location.name)]
      const path = names.map(find).find((found) => found !== undefined)
      return path === undefined ? null : join(root, path)
    },
  }
}

/**
 * Masks by sample, of the masks that belong to one sample only: where folders are left out of the paths, two images of
 * one name would share a mask, and which of them it shows is not known. `shared` counts those samples.
 */
export function masksOf(
  folder: Pick<MaskFolder, 'find'>,
  samples: readonly { path: string; location: SampleLocation }[],
): { masks: (string | null)[]; shared: number } {
  const found = samples.map(({ path, location }) => folder.find(path, location))
  const uses = new Map<string, number>()
  for (const mask of found) if (mask !== null) uses.set(mask, (uses.get(mask) ?? 0) + 1)
  const masks = found.map((mask) => (mask !== null && uses.get(mask) === 1 ? mask : null))
  const given = masks.filter((mask) => mask !== null).length
  return { masks, shared: found.filter((mask) => mask !== null).length - given }
}

function isPng(path: string): boolean {
  return path.toLowerCase().endsWith('.png')
}

/** A path and what is left of it below its top folders, down to its own folder, at last the file's name alone. */
function innerPaths(name: string): string[] {
  const parts = name.split('/')
  return parts.map((_, top) => parts.slice(top).join('/'))
}

/** Folders of masks that may belong to a folder of images, or to one inside it, the first to be tried first. */
async function besideImages(root: string): Promise<string[]> {
  const above = dirname(root)
  if (above === root) return []
  if (!isImageFolder(basename(root))) return (await besideImages(above)).map((folder) => join(folder, basename(root)))
  const beside = await foldersIn(above, isMaskFolder)
  const inside = await Promise.all(beside.map((folder) => foldersIn(folder, isMaskFolder)))
  // `annotations/trimaps` is what `annotations` holds.
  return beside.flatMap((folder, index) => [...(inside[index] ?? []), folder])
}

async function foldersIn(folder: string, accept: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && accept(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => maskFolderRank(a) - maskFolderRank(b) || (a < b ? -1 : 1))
    .map((name) => join(folder, name))
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
