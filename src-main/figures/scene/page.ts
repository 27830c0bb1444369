import { SIZE_PRESETS, snap, toPoints } from '@shared/figure/sizes'
import type { Recipe } from '@shared/figure/recipe'
import type { FontFamily } from './scene'

/** What a figure is drawn on: lengths in points. */
export interface Page {
  width: number
  /** Null: as tall as its content. */
  height: number | null
  /** Of the file: everything is aligned to its pixels. */
  dpi: number
  /** Of the pictures in it: lower for a preview, whose layout is that of the file. */
  pictureDpi: number
  family: FontFamily
  /** Size of running text; titles are a little larger, small print a little smaller. */
  fontSize: number
}

const SMALLEST_FONT = 5
const LARGEST_OWN_FONT = 9

/** The page of a recipe, its width a whole number of pixels. */
export function pageOf({ size, dpi, font }: Recipe, pictureDpi = dpi): Page {
  if ('preset' in size) {
    const { width, fontSize } = SIZE_PRESETS[size.preset]
    return {
      width: snap(toPoints(width, 'in', dpi), dpi),
      height: null,
      dpi,
      pictureDpi,
      family: font.family,
      fontSize: font.size ?? fontSize,
    }
  }
  const width = snap(toPoints(size.width, size.unit, dpi), dpi)
  const height = size.height === undefined ? null : snap(toPoints(size.height, size.unit, dpi), dpi)
  const fontSize = font.size ?? Math.min(LARGEST_OWN_FONT, Math.max(SMALLEST_FONT, width / 55))
  return { width, height, dpi, pictureDpi, family: font.family, fontSize }
}

/** `value` moved to the page's pixels. */
export function onPixel(page: Page, value: number): number {
  return snap(value, page.dpi)
}
