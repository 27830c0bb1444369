/** Drawing of one relevance map on a canvas, from its raw values. */
import { type Colormap, colorize } from '@shared/heatmap/colormap'
import { topPatches } from '@shared/heatmap/agreement'
import type { ScaleRange } from '@shared/heatmap/scale'
import { upsampleBilinear } from '@shared/heatmap/upsample'
import type { Interpolation } from '../base/view'

export interface PaintOptions {
  /** Raw relevance, `[rows * columns]`. */
  values: Float32Array
  grid: [number, number]
  range: ScaleRange
  colormap: Colormap
  interpolation: Interpolation
  /** Canvas pixels a patch edge, where values (not colours) are interpolated; the browser scales the rest. */
  pixelsPerPatch: number
  /** Makes low values transparent. */
  fade: boolean
}

/** Resizes the canvas to the map and paints it. Squares keep one pixel a patch: CSS scales them without smoothing. */
export function paintMap(canvas: HTMLCanvasElement, options: PaintOptions): void {
  const image = mapPixels(options)
  canvas.width = image.width
  canvas.height = image.height
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}

/** The coloured pixels of a map; values, not colours, are interpolated. */
export function mapPixels({
  values,
  grid,
  range,
  colormap,
  interpolation,
  fade,
  pixelsPerPatch,
}: PaintOptions): ImageData {
  const factor = interpolation === 'nearest' ? 1 : pixelsPerPatch
  const [height, width] = [grid[0] * factor, grid[1] * factor]
  const fine = factor === 1 ? values : upsampleBilinear(values, grid, height, width)
  const pixels = colorize(fine, range, colormap)
  if (fade) fadeLow(pixels, fine, range)
  return new ImageData(pixels, width, height)
}

interface MaskOptions extends Pick<PaintOptions, 'values' | 'grid' | 'interpolation' | 'pixelsPerPatch'> {
  /** Share of the area with the highest values, which stays uncovered, 0 to 1. */
  share: number
}

/** Grey over all but the highest values. Patches: exactly those of the top; smooth: that share of the area. */
export function paintMask(
  canvas: HTMLCanvasElement,
  { values, grid, interpolation, pixelsPerPatch, share }: MaskOptions,
): void {
  const factor = interpolation === 'nearest' ? 1 : pixelsPerPatch
  const [height, width] = [grid[0] * factor, grid[1] * factor]
  const fine = factor === 1 ? values : upsampleBilinear(values, grid, height, width)
  const shown = topPatches(fine, share)
  const image = new ImageData(width, height)
  for (let i = 0; i < fine.length; i++) {
    image.data.fill(COVER, i * 4, i * 4 + 3)
    image.data[i * 4 + 3] = shown?.[i] === 1 ? 0 : 255
  }
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}

/** Grey value of what a mask covers. */
const COVER = 24

/** From transparent at the low end to opaque at this share of the range, so that only the low half is see-through. */
const OPAQUE_FROM = 0.6

function fadeLow(pixels: Uint8ClampedArray, values: Float32Array, { low, high }: ScaleRange): void {
  const span = (high - low) * OPAQUE_FROM
  for (let i = 0; i < values.length; i++) pixels[i * 4 + 3] = span > 0 ? ((values[i]! - low) / span) * 255 : 255
}
