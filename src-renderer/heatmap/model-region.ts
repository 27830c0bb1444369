/** Where in an image the model looks: maps cover the resized and cropped picture, not always the whole file. */
import type { Preprocessing } from '@shared/api'
import { seenRegion } from '@shared/input-geometry'

/** A rectangle in fractions of the image's width and height; it may reach beyond 0..1 where a crop pads. */
export interface Region {
  left: number
  top: number
  width: number
  height: number
}

/** The part of a `width` x `height` image that fills the model's input after resize, centre crop and padding. */
export function modelRegion(width: number, height: number, preprocessing: Preprocessing): Region {
  const { centerCrop, pad, rules } = preprocessing
  if (!(centerCrop || pad || rules?.cropFirst) || width <= 0 || height <= 0) {
    return { left: 0, top: 0, width: 1, height: 1 }
  }
  const { left, top, right, bottom } = seenRegion({ width, height }, preprocessing)
  return { left, top, width: right - left, height: bottom - top }
}

/** The same as CSS, for an element that lies absolutely within the picture. */
export function regionStyle({ left, top, width, height }: Region) {
  const percent = (share: number) => `${share * 100}%`
  return { left: percent(left), top: percent(top), width: percent(width), height: percent(height) }
}
