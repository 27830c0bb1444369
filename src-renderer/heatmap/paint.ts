/** Drawing of one relevance map on a canvas, from its raw values. */
import { type Colormap, colorize } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { upsampleBilinear } from '@shared/heatmap/upsample'
import type { Interpolation } from '../app/view'

export interface PaintOptions {
  /** Raw relevance, `[rows * columns]`. */
  values: Float32Array
  grid: [number, number]
  range: ScaleRange
  colormap: Colormap
  interpolation: Interpolation
  /** Canvas pixels a patch edge, where values (not colours) are interpolated; the browser scales the rest. */
  pixelsPerPatch: number
}

/** Resizes the canvas to the map and paints it. Squares keep one pixel a patch: CSS scales them without smoothing. */
export function paintMap(canvas: HTMLCanvasElement, options: PaintOptions): void {
  const { values, grid, range, colormap, interpolation } = options
  const factor = interpolation === 'nearest' ? 1 : options.pixelsPerPatch
  const [height, width] = [grid[0] * factor, grid[1] * factor]
  const fine = factor === 1 ? values : upsampleBilinear(values, grid, height, width)
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(new ImageData(colorize(fine, range, colormap), width, height), 0, 0)
}
