/** Masks of samples, cut to what the model sees. */
import type { Preprocessing } from '@shared/api'
import { seenRegion } from '@shared/input-geometry'
import { toErrorValue } from '@shared/errors'
import { FORMER_RULE, type MaskReading, readingOf, type Unmeasured } from '@shared/masks'
import { isBox } from '../datasets/location'
import { INSIDE, maskRegions } from '../datasets/mask/mask-regions'
import { readMaskValues } from '../datasets/mask/read-mask-values'
import type { RegionSource } from './api'
import { boxMask } from './box-mask'
import type { Picture } from './decode'
import type { Mask } from './localisation'
import { regionMask } from './region-mask'
import { turned } from './turned'

/** How masks are read where nothing was kept with the run. */
const FORMER = readingOf(FORMER_RULE, null)!

export interface MaskedPicture extends Pick<Picture, 'width' | 'height'> {
  /** The EXIF orientation that it was turned upright by, from 1 to 8. */
  orientation: () => Promise<number>
}

export interface SampleMask {
  /** Null where it gives none, and where it cannot be read. */
  mask: Mask | null
  /** Why nothing can be measured against it, null where something can. */
  unmeasured: Unmeasured | null
}

/** Null without a mask. A mask that cannot be read does not fail its sample; it is a reason why localisation is missing. */
export async function sampleMask(
  location: RegionSource | null,
  reading: MaskReading | null | undefined,
  picture: MaskedPicture,
  preprocessing: Preprocessing,
): Promise<SampleMask> {
  if (location === null) return { mask: null, unmeasured: null }
  try {
    return await readMask(location, reading, picture, preprocessing)
  } catch (error) {
    return { mask: null, unmeasured: { kind: 'unreadable', message: toErrorValue(error).message } }
  }
}

/**
 * A box, or the regions of a mask's file; null where it contradicts its reading. It may have another size than its picture,
 * over all of which it is laid. A mask as wide as its picture is high, and the other way round, was drawn on the picture
 * before EXIF turned it upright, so it is turned alike. Throws 'not-found' or 'unreadable-image'.
 */
export async function readMask(
  location: RegionSource,
  reading: MaskReading | null | undefined,
  picture: MaskedPicture,
  preprocessing: Preprocessing,
): Promise<SampleMask> {
  if (typeof location !== 'string' && location.kind === 'drawn') {
    return seen(regionMask(location.shape, picture, preprocessing), 'The region has no pixel, or lies')
  }
  if (isBox(location)) return seen(boxMask(location, picture, preprocessing), 'The box lies')
  const stored = await readMaskValues(location)
  const { regions, unmeasured } = maskRegions(stored, reading ?? FORMER)
  if (regions === null) return { mask: null, unmeasured }
  const isAcross =
    stored.width === picture.height && stored.height === picture.width && picture.width !== picture.height
  const orientation = isAcross ? await picture.orientation() : 1
  const mask = cut(turned({ ...stored, regions }, orientation), picture, preprocessing)
  return unmeasured ? { mask, unmeasured } : seen(mask, 'What is inside lies')
}

/** Adds the reason where the part that the model sees has no pixel inside the mask. */
function seen(mask: Mask, what: string): SampleMask {
  if (mask.regions.includes(INSIDE)) return { mask, unmeasured: null }
  return { mask, unmeasured: { kind: 'out-of-sight', message: `${what} outside the part that the model sees.` } }
}

/** The part that the model sees. */
function cut({ width, height, regions }: Mask, picture: MaskedPicture, preprocessing: Preprocessing): Mask {
  const region = seenRegion(picture, preprocessing)
  const left = Math.max(0, Math.round(region.left * width))
  const right = Math.min(width, Math.round(region.right * width))
  const top = Math.max(0, Math.round(region.top * height))
  const bottom = Math.min(height, Math.round(region.bottom * height))
  const seen = new Uint8Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++) {
    seen.set(regions.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  }
  return { width: right - left, height: bottom - top, regions: seen }
}
