import sharp from 'sharp'
import { type Colormap, colorize } from '@shared/heatmap/colormap'
import { minMax } from '@shared/heatmap/scale'
import { upsampleBilinear } from '@shared/heatmap/upsample'

/** How much of the map covers the picture: enough to read colours, little enough to see what is under it. */
const OPACITY = 0.62

/** The picture at `size` x `size` pixels, as PNG. */
export async function tile(picture: Uint8Array, size: number): Promise<Buffer> {
  return sharp(picture).resize(size, size, { fit: 'fill', kernel: 'lanczos3' }).png().toBuffer()
}

/**
 * The picture in greys under its relevance map, `size` x `size` pixels, as PNG. The map spans from its own smallest to
 * its own largest value; the picture is without colour, so that every colour in the tile is the map's.
 */
export async function overlayTile(
  picture: Uint8Array,
  relevance: Float32Array,
  grid: [number, number],
  colormap: Colormap,
  size: number,
): Promise<Buffer> {
  const values = upsampleBilinear(relevance, grid, size, size)
  const pixels = colorize(values, minMax(relevance), colormap)
  for (let at = 3; at < pixels.length; at += 4) pixels[at] = Math.round(OPACITY * 255)
  const map = await sharp(pixels, { raw: { width: size, height: size, channels: 4 } })
    .png()
    .toBuffer()
  const grey = await sharp(picture).resize(size, size, { fit: 'fill', kernel: 'lanczos3' }).greyscale().png().toBuffer()
  return sharp(grey)
    .toColourspace('srgb')
    .composite([{ input: map }])
    .png()
    .toBuffer()
}

/** A horizontal bar of the colormap, smallest value on the left, as PNG. */
export async function colorBar(colormap: Colormap, width: number, height: number): Promise<Buffer> {
  const ramp = Float32Array.from({ length: width }, (_, x) => x / (width - 1))
  const line = colorize(ramp, { low: 0, high: 1 }, colormap)
  return sharp(line, { raw: { width, height: 1, channels: 4 } })
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer()
}
