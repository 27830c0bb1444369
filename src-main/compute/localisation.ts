import { upsampleBilinear } from '@shared/heatmap/upsample'
import { INSIDE, VOID } from '../datasets/mask/mask-regions'

/** Which pixels are inside (1), outside (0) and void (2), row-major. Void pixels are ignored. */
export interface Mask {
  width: number
  height: number
  regions: Uint8Array
}

export interface Localisation {
  /** 1 where the map's first maximum outside the void lies inside the mask, else 0. */
  pointing: number
  /** Share of the map's sum over what is not void that lies inside. */
  energy: number
  /** Intersection over union of {map > its mean} with the mask, both over what is not void. */
  iou: number
}

const UNDEFINED: Localisation = { pointing: NaN, energy: NaN, iou: NaN }

/**
 * How well a relevance map agrees with a mask, the map upsampled bilinearly to the mask's size.
 * All NaN for a mask without a pixel inside; energy is NaN for a map that sums to 0.
 * @param map `[rows * columns]`
 */
export function localise(map: ArrayLike<number>, grid: readonly [number, number], mask: Mask): Localisation {
  const { regions } = mask
  if (!regions.includes(INSIDE)) return UNDEFINED
  const values = upsampleBilinear(map, grid, mask.height, mask.width)
  let [sum, sumInside, pixels] = [0, 0, 0]
  let peak = -1
  for (let pixel = 0; pixel < values.length; pixel++) {
    if (regions[pixel] === VOID) continue
    const value = values[pixel]!
    sum += value
    pixels++
    if (regions[pixel] === INSIDE) sumInside += value
    if (peak < 0 || value > values[peak]!) peak = pixel
  }
  const mean = sum / pixels
  let [intersection, union] = [0, 0]
  for (let pixel = 0; pixel < values.length; pixel++) {
    if (regions[pixel] === VOID) continue
    const above = values[pixel]! > mean
    const inside = regions[pixel] === INSIDE
    if (above && inside) intersection++
    if (above || inside) union++
  }
  const pointing = regions[peak] === INSIDE ? 1 : 0
  return { pointing, energy: sum === 0 ? NaN : sumInside / sum, iou: intersection / union }
}
