import { stat } from 'node:fs/promises'
import { dirname, basename, join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { withoutExtension } from './image-names'
import type { SampleLocation } from './location'
import { naturalOrder } from './natural-order'
import { walkImages } from './walk-images'

/** Masks of a dataset: the same relative path as the image, in archives as the member, with any image extension. */
export interface MaskFolder {
  path: string
  count: number
  /** Absolute path of the mask of a sample, null without one. A member is also looked for without its top folders. */
  find(samplePath: string, location?: SampleLocation): string | null
}

/**
 * The masks of a dataset: those at `explicit`, or else in the `masks` folder beside the nearest `images` folder of the
 * dataset's path (`images/train` has `masks/train`). Null when there are none. Throws 'not-found' for an explicit
 * folder that is not there.
 */
export async function openMasks(datasetRoot: string, explicit: string | null): Promise<MaskFolder | null> {
  if (explicit !== null) {
    if (!(await isFolder(explicit))) {
      throw new HeadlightError('not-found', `There is no folder of masks at ${explicit}; check its path.`)
    }
    return readMasks(resolve(explicit))
  }
  const beside = besideImages(resolve(datasetRoot))
  return beside !== null && (await isFolder(beside)) ? readMasks(beside) : null
}

async function readMasks(root: string): Promise<MaskFolder> {
  const { paths } = await walkImages(root)
  paths.sort(naturalOrder)
  const byStem = new Map<string, string>()
  for (const path of paths) {
    const stem = withoutExtension(path)
    // Where several masks share a name, PNG is taken: the others may have been compressed with loss.
    if (!byStem.has(stem) || path.toLowerCase().endsWith('.png')) byStem.set(stem, path)
  }
  const exact = new Set(paths)
  return {
    path: root,
    count: paths.length,
    find(samplePath, location = samplePath) {
      const names = typeof location === 'string' ? [samplePath] : [samplePath, ...innerPaths(location.name)]
      const path = names.map((name) => (exact.has(name) ? name : byStem.get(withoutExtension(name)))).find(Boolean)
      return path === undefined ? null : join(root, path)
    },
  }
}

/** A member's path and what is left of it below its top folders, down to its own folder. */
function innerPaths(name: string): string[] {
  const parts = name.split('/')
  return Array.from({ length: Math.max(1, parts.length - 1) }, (_, top) => parts.slice(top).join('/'))
}

function besideImages(root: string): string | null {
  if (basename(root) === 'images') return join(dirname(root), 'masks')
  if (dirname(root) === root) return null
  const above = besideImages(dirname(root))
  return above === null ? null : join(above, basename(root))
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
