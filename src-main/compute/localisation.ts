import { upsampleBilinear } from '@shared/heatmap/upsample'

/** A silhouette: 1 inside, 0 outside, row-major. */
export interface Mask {
  width: number
  height: number
  inside: Uint8Array
}

export interface Localisation {
  /** 1 where the map's first maximum lies inside the mask, else 0. */
  pointing: number
  /** Share of the map's sum that lies inside. */
  energy: number
  /** Intersection over union of {map > mean of the map} with the mask. */
  iou: number
}

const UNDEFINED: Localisation = { pointing: NaN, energy: NaN, iou: NaN }

/**
 * How well a relevance map agrees with a mask, the map upsampled bilinearly to the mask's size.
 * All NaN for a mask without a pixel inside; energy is NaN for a map that sums to 0.
 * @param map `[rows * columns]`
 */
export function localise(map: ArrayLike<number>, grid: readonly [number, number], mask: Mask): Localisation {
  if (!mask.inside.includes(1)) return UNDEFINED
  const values = upsampleBilinear(map, grid, mask.height, mask.width)
  let sum = 0
  let sumInside = 0
  let peak = 0
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel]!
    sum += value
    if (mask.inside[pixel]) sumInside += value
    if (value > values[peak]!) peak = pixel
  }
  const mean = sum / values.length
  let intersection = 0
  let union = 0
  for (let pixel = 0; pixel < values.length; pixel++) {
    const above = values[pixel]! > mean
    const inside = mask.inside[pixel] === 1
    if (above && inside) intersection++
    if (above || inside) union++
  }
  return { pointing: mask.inside[peak]!, energy: sum === 0 ? NaN : sumInside / sum, iou: intersection / union }
}
