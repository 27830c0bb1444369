import sharp from 'sharp'
import type { Preprocessing } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { Region } from '@shared/input-geometry'
import { minMax } from '@shared/heatmap/scale'
import { blended, mapPixels, picturePixels, type Pixels } from '../../figures/grid/raster'
import type { PatchMap } from '../../figures/source'

/** How overlays of an export are drawn; the same for all of them. */
export const OVERLAY_STYLE = { colormap: 'inferno', opacity: 0.6, scale: 'own', grey: true } as const

/** Pixels of an overlay whose longer side is `size`, in the proportions of the model's input. */
export function overlaySize({ size: { width, height } }: Preprocessing, size: number) {
  const longer = Math.max(width, height)
  return {
    width: Math.max(1, Math.round((width / longer) * size)),
    height: Math.max(1, Math.round((height / longer) * size)),
  }
}

/** A map over what the model saw, as figures draw it. */
export async function drawOverlay(
  picture: Uint8Array,
  map: PatchMap,
  size: { width: number; height: number },
  box: Region | null = null,
): Promise<Pixels> {
  const panel = { ...size, crop: undefined, interpolation: 'bilinear' as const }
  const colours = mapPixels(map, minMax(map.values), COLORMAPS[OVERLAY_STYLE.colormap], panel)
  const drawn = blended(await picturePixels(picture, panel, OVERLAY_STYLE.grey), colours, OVERLAY_STYLE.opacity)
  if (box) outline(drawn, box)
  return drawn
}

/** A white line between dark ones along a box in shares of the picture; what lies outside is drawn at the edge. */
function outline({ rgb, width, height }: Pixels, box: Region): void {
  const unit = Math.max(1, Math.round(Math.max(width, height) / 256))
  const at = (share: number, size: number) => Math.round(Math.min(1, Math.max(0, share)) * size)
  const [left, right] = [at(box.left, width), at(box.right, width)]
  const [top, bottom] = [at(box.top, height), at(box.bottom, height)]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const ring = Math.floor(Math.min(x - left, right - 1 - x, y - top, bottom - 1 - y) / unit)
      if (ring < 3) rgb.fill(ring === 1 ? 255 : 0, (y * width + x) * 3, (y * width + x + 1) * 3)
    }
  }
}

export function asImage({ rgb, width, height }: Pixels) {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}
