import sharp from 'sharp'
import { colorize, type Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { upsampleBilinear } from '@shared/heatmap/upsample'
import type { GridContent } from '@shared/figure/recipe'
import type { PatchMap } from '../source'

/** How a panel is drawn: pixels of the panel, and which part of the model's input it shows. */
export interface PanelRaster {
  width: number
  height: number
  crop: GridContent['crop']
  interpolation: GridContent['interpolation']
}

/** Opaque pixels `[height, width, 3]`. */
export interface Pixels {
  width: number
  height: number
  rgb: Uint8Array
}

/** An encoded picture as the panel shows it. */
export async function picturePixels(picture: Uint8Array, panel: PanelRaster, grey: boolean): Promise<Pixels> {
  const { left, top, width, height, fullWidth, fullHeight } = cropped(panel)
  const shown = sharp(picture).flatten({ background: 'white' })
  const toned = grey ? shown.greyscale() : shown
  const rgb = await toned
    .resize(fullWidth, fullHeight, { fit: 'fill', kernel: 'lanczos3' })
    .extract({ left, top, width, height })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer()
  // Greyscale pictures come out with one channel.
  return { width, height, rgb: rgb.length === width * height ? threefold(rgb) : new Uint8Array(rgb) }
}

/** A map's colours over the panel. */
export function mapPixels(map: PatchMap, range: ScaleRange, colormap: Colormap, panel: PanelRaster): Pixels {
  const { left, top, width, height, fullWidth, fullHeight } = cropped(panel)
  const values = new Float32Array(width * height)
  const full = panel.interpolation === 'bilinear' ? upsampleBilinear(map.values, map.grid, fullHeight, fullWidth) : null
  const [rows, columns] = map.grid
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values[y * width + x] =
        full === null
          ? map.values[
              Math.floor(((y + top + 0.5) * rows) / fullHeight) * columns +
                Math.floor(((x + left + 0.5) * columns) / fullWidth)
            ]!
          : full[(y + top) * fullWidth + x + left]!
    }
  }
  const rgba = colorize(values, range, colormap)
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) rgb.set(rgba.subarray(i * 4, i * 4 + 3), i * 3)
  return { width, height, rgb }
}

/** `over` on top of `under` with an opacity of 0 to 1. */
export function blended(under: Pixels, over: Pixels, opacity: number): Pixels {
  const rgb = under.rgb.map((value, i) => Math.round(value * (1 - opacity) + (over.rgb[i] ?? 0) * opacity))
  return { ...under, rgb }
}

export async function encoded({ rgb, width, height }: Pixels): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

/** The crop in pixels of the whole input, drawn so large that the crop fills the panel. */
function cropped({ width, height, crop }: PanelRaster) {
  if (crop === undefined) return { left: 0, top: 0, width, height, fullWidth: width, fullHeight: height }
  const fullWidth = Math.max(width, Math.round(width / crop.width))
  const fullHeight = Math.max(height, Math.round(height / crop.height))
  return {
    left: Math.min(fullWidth - width, Math.round(crop.x * fullWidth)),
    top: Math.min(fullHeight - height, Math.round(crop.y * fullHeight)),
    ...{ width, height, fullWidth, fullHeight },
  }
}

function threefold(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3)
  grey.forEach((value, i) => rgb.fill(value, i * 3, i * 3 + 3))
  return rgb
}
