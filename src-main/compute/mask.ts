/** Masks of samples, cut to what the model sees. */
import type { Preprocessing } from '@shared/api'
import { seenRegion } from '@shared/input-geometry'
import type { MaskLocation } from '../datasets/location'
import { boxMask } from './box-mask'
import { decodeGrey, readImageFile, type Picture } from './decode'
import type { Mask } from './localisation'

/**
 * A box as it is, or a silhouette that is read: inside is what is brighter than half of the mask's brightest pixel, so
 * that masks of 0 and 1 and of 0 and 255 mean the same. It may have another size than its picture. Throws 'not-found' or
 * 'unreadable-image'.
 */
export async function readMask(
  location: MaskLocation,
  picture: Pick<Picture, 'width' | 'height'>,
  preprocessing: Preprocessing,
): Promise<Mask> {
  if (typeof location !== 'string' && location.kind === 'box') return boxMask(location, picture, preprocessing)
  const { grey, width, height } = await decodeGrey(await readImageFile(location))
  const region = seenRegion(picture, preprocessing)
  const left = Math.max(0, Math.round(region.left * width))
  const right = Math.min(width, Math.round(region.right * width))
  const top = Math.max(0, Math.round(region.top * height))
  const bottom = Math.min(height, Math.round(region.bottom * height))
  const threshold = grey.reduce((most, value) => Math.max(most, value), 0) / 2
  const inside = new Uint8Array((right - left) * (bottom - top))
  let at = 0
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) inside[at++] = grey[y * width + x]! > threshold ? 1 : 0
  }
  return { width: right - left, height: bottom - top, inside }
}
