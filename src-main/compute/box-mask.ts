/** Boxes, for want of silhouettes. */
import type { Preprocessing } from '@shared/api'
import { seenRegion } from '@shared/input-geometry'
import type { BoxMask } from '../datasets/location'
import { INSIDE } from '../datasets/mask/mask-regions'
import type { Picture } from './decode'
import type { Mask } from './localisation'

/** The longest side of the mask: relevance maps are far coarser. */
const MAX_SIDE = 512

/** A mask that is inside a box, cut to what the model sees. */
export function boxMask(box: BoxMask, picture: Pick<Picture, 'width' | 'height'>, preprocessing: Preprocessing): Mask {
  const seen = seenRegion(picture, preprocessing)
  const left = Math.max(0, seen.left)
  const top = Math.max(0, seen.top)
  const across = Math.min(1, seen.right) - left
  const down = Math.min(1, seen.bottom) - top
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width * across, picture.height * down))
  const width = Math.max(1, Math.round(picture.width * across * scale))
  const height = Math.max(1, Math.round(picture.height * down * scale))

  const inShares = box.right <= 1 && box.bottom <= 1
  const [unitX, unitY] = inShares ? [1, 1] : [picture.width, picture.height]
  const regions = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const shareY = (top + ((y + 0.5) / height) * down) * unitY
    if (shareY < box.top || shareY >= box.bottom) continue
    for (let x = 0; x < width; x++) {
      const shareX = (left + ((x + 0.5) / width) * across) * unitX
      if (shareX >= box.left && shareX < box.right) regions[y * width + x] = INSIDE
    }
  }
  return { width, height, regions }
}
