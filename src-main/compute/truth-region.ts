/** The mask of the dataset as the region that a class of a segmentation is explained over. */
import type { ModelReport } from '@headlight/explain/report'
import type { Preprocessing } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { seenRegion } from '@shared/input-geometry'
import { INSIDE } from '../datasets/mask/mask-regions'
import type { Mask } from './localisation'
import type { SampleMask } from './mask'

/**
 * Weights of the places of the model's output, `[h, w]`: the share of each that is inside the mask.
 * @throws HeadlightError 'no-mask' where the sample has no mask, or nothing of it is to be seen; 'unreadable-file'
 */
export function truthRegion(
  { mask, unmeasured }: SampleMask,
  picture: { width: number; height: number },
  preprocessing: Preprocessing,
  dense: ModelReport['dense'],
): Float32Array {
  if (dense?.kind !== 'pixels')
    throw new HeadlightError('usage', 'The model is not a segmentation, so truth: has no meaning for it.')
  if (mask === null || unmeasured !== null) {
    throw new HeadlightError(
      unmeasured?.kind === 'unreadable' ? 'unreadable-file' : 'no-mask',
      unmeasured?.message ?? 'The image has no mask in the dataset, so that no class is explained over it.',
    )
  }
  return placeShares(mask, covered(picture, preprocessing), [dense.height, dense.width])
}

/** Where the picture lies in the model's input, in shares of that: all of it unless the input is padded. */
function covered(picture: { width: number; height: number }, preprocessing: Preprocessing) {
  const { left, top, right, bottom } = seenRegion(picture, preprocessing)
  const within = (start: number, end: number) => [
    (Math.max(0, start) - start) / (end - start),
    (Math.min(1, end) - start) / (end - start),
  ]
  return { across: within(left, right), down: within(top, bottom) }
}

/** Each pixel of the mask counts for the places that it lies over, by area; `across` and `down` say over which shares of the input it lies. */
export function placeShares(
  { width, height, regions }: Mask,
  { across, down }: ReturnType<typeof covered>,
  [rows, columns]: readonly [number, number],
): Float32Array {
  const xs = overlaps(width, across, columns)
  const ys = overlaps(height, down, rows)
  const shares = new Float32Array(rows * columns)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (regions[y * width + x] !== INSIDE) continue
      for (const [row, tall] of ys[y]!) {
        for (const [column, wide] of xs[x]!) shares[row * columns + column]! += tall * wide
      }
    }
  }
  return shares
}

/** The places that each of `pixels` lies over, with the share of the place that it covers. */
function overlaps(pixels: number, [start, end]: readonly number[], places: number): [place: number, share: number][][] {
  const at = (pixel: number) => (start! + (pixel / pixels) * (end! - start!)) * places
  return Array.from({ length: pixels }, (_, pixel) => {
    const [from, to] = [at(pixel), at(pixel + 1)]
    const found: [number, number][] = []
    for (let place = Math.floor(from); place < Math.min(places, to); place++) {
      const share = Math.min(to, place + 1) - Math.max(from, place)
      if (share > 1e-9) found.push([place, share])
    }
    return found
  })
}
