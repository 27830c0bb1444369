/** Regions that were drawn on a picture, as masks. */
import type { Preprocessing, Shape } from '@shared/api'
import { seenRegion } from '@shared/input-geometry'
import { INSIDE } from '../datasets/mask/mask-regions'
import type { Picture } from './decode'
import type { Mask } from './localisation'

/** The longest side of the mask: places of an output are far coarser. */
const MAX_SIDE = 1024

/**
 * A mask that is inside a shape, cut to what the model sees. A pixel is inside where its centre is; where a polygon crosses
 * itself, by the even-odd rule.
 */
export function regionMask(
  shape: Shape,
  picture: Pick<Picture, 'width' | 'height'>,
  preprocessing: Preprocessing,
): Mask {
  const region = seenRegion(picture, preprocessing)
  const [left, top] = [Math.max(0, region.left) * picture.width, Math.max(0, region.top) * picture.height]
  const across = Math.min(1, region.right) * picture.width - left
  const down = Math.min(1, region.bottom) * picture.height - top
  const scale = Math.min(1, MAX_SIDE / Math.max(across, down))
  const [width, height] = [Math.max(1, Math.round(across * scale)), Math.max(1, Math.round(down * scale))]
  const points = corners(shape)
  const regions = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const y = top + ((row + 0.5) / height) * down
    const crossings = crossingsAt(points, y)
    for (let column = 0; column < width; column++) {
      const x = left + ((column + 0.5) / width) * across
      if (crossings.filter((at) => at <= x).length % 2 === 1) regions[row * width + column] = INSIDE
    }
  }
  return { width, height, regions }
}

function corners(shape: Shape): readonly [x: number, y: number][] {
  if (shape.kind === 'polygon') return shape.points
  const { x, y, width, height } = shape
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ]
}

/** Where the outline crosses a horizontal line. */
function crossingsAt(points: readonly [number, number][], y: number): number[] {
  return points.flatMap(([x1, y1], index) => {
    const [x2, y2] = points[(index + 1) % points.length]!
    return y1 <= y === y2 <= y ? [] : [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)]
  })
}
