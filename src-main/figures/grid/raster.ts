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
  const { width, height } = panel
  const rgba = colorize(panelValues(map, panel), range, colormap)
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0, at = 0; at < rgb.length; pixel += 4) {
    rgb[at++] = rgba[pixel]!
    rgb[at++] = rgba[pixel + 1]!
    rgb[at++] = rgba[pixel + 2]!
  }
  return { width, height, rgb }
}

/** The map's value at every pixel of the panel. */
function panelValues({ values: map, grid }: PatchMap, panel: PanelRaster): Float32Array {
  const { left, top, width, height, fullWidth, fullHeight } = cropped(panel)
  const full = panel.interpolation === 'bilinear' ? upsampleBilinear(map, grid, fullHeight, fullWidth) : null
  if (full !== null && panel.crop === undefined) return full
  const values = new Float32Array(width * height)
  const [rows, columns] = grid
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values[y * width + x] =
        full === null
          ? map[
              Math.floor(((y + top + 0.5) * rows) / fullHeight) * columns +
                Math.floor(((x + left + 0.5) * columns) / fullWidth)
            ]!
          : full[(y + top) * fullWidth + x + left]!
    }
  }
  return values
}

/** `over` on top of `under` with an opacity of 0 to 1. */
export function blended(under: Pixels, over: Pixels, opacity: number): Pixels {
  const rgb = new Uint8Array(under.rgb.length)
  // Storing truncates, so adding 0.5 rounds.
  for (let i = 0; i < rgb.length; i++) rgb[i] = under.rgb[i]! * (1 - opacity) + over.rgb[i]! * opacity + 0.5
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
  for (let pixel = 0, at = 0; at < rgb.length; pixel++) {
    const value = grey[pixel]!
    rgb[at++] = value
    rgb[at++] = value
    rgb[at++] = value
  }
  return rgb
}
