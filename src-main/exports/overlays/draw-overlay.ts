import sharp from 'sharp'
import type { Preprocessing } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
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
): Promise<Pixels> {
  const panel = { ...size, crop: undefined, interpolation: 'bilinear' as const }
  const colours = mapPixels(map, minMax(map.values), COLORMAPS[OVERLAY_STYLE.colormap], panel)
  return blended(await picturePixels(picture, panel, OVERLAY_STYLE.grey), colours, OVERLAY_STYLE.opacity)
}

export function asImage({ rgb, width, height }: Pixels) {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}
