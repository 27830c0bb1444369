/** Where the box of a detector's query lies in the picture: boxes are in shares of the model's input, which a crop or padding shifts. */
import type { Detection, ModelInfo, Preprocessing } from './api'
import { type Region, seenRegion } from './input-geometry'

/** In shares of the upright picture; null without a box, and for a picture of unknown size. */
export function boxInPicture(
  detection: Detection | undefined,
  picture: { width: number; height: number },
  preprocessing: Preprocessing,
): Region | null {
  const box = detection?.box
  if (!box || !(picture.width > 0 && picture.height > 0)) return null
  const [x, y, width, height] = box
  const seen = seenRegion(picture, preprocessing)
  const across = (share: number) => seen.left + share * (seen.right - seen.left)
  const down = (share: number) => seen.top + share * (seen.bottom - seen.top)
  return {
    left: across(x - width / 2),
    top: down(y - height / 2),
    right: across(x + width / 2),
    bottom: down(y + height / 2),
  }
}

/** The same in shares of the model's input, which figures and exported overlays show. */
export function boxInInput(detection: Detection | undefined): Region | null {
  const box = detection?.box
  if (!box) return null
  const [x, y, width, height] = box
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 }
}

/** Whether a model gives a box for each query. */
export const givesBoxes = ({ dense }: Pick<ModelInfo, 'dense'>): boolean =>
  dense?.kind === 'queries' && dense.boxes !== null
