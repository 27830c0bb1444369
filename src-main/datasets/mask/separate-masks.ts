import type { SampleLocation } from '../location'
import type { DatasetSample, PassedOver } from '../source'
import { maskLayout, type MaskFolderFound } from './mask-layout'

/**
 * The samples of a listing without those that are masks of others, which become the masks of these; by the paths, so
 * that folders and archives are read alike. A mask that the dataset itself names comes first.
 */
export function separateMasks(listed: readonly DatasetSample[]): {
  samples: DatasetSample[]
  passedOver: PassedOver[]
} {
  const { images, folders } = maskLayout(listed.map(({ path }) => path))
  if (folders.length === 0) return { samples: [...listed], passedOver: [] }
  const byPath = new Map<string, DatasetSample>()
  for (const sample of listed) if (!byPath.has(sample.path)) byPath.set(sample.path, sample)
  const locationOf = (path: string | null): SampleLocation | null => byPath.get(path ?? '')?.location ?? null
  const samples = images.map(({ path, mask }) => {
    const sample = byPath.get(path)!
    return { ...sample, mask: sample.mask ?? locationOf(mask) }
  })
  return { samples, passedOver: passedOverMasks(folders) }
}

/** Folders of masks are not samples; the notes name them and what they are used for. */
export function passedOverMasks(folders: readonly MaskFolderFound[]): PassedOver[] {
  return folders.map(({ folder, count, mixed, taken }) => ({
    what: mixed ? 'masks beside their images' : `folder ${folder}`,
    count,
    why: `masks of the images, not samples; ${taken} taken for localisation`,
  }))
}
