/** Draws tiles of the gallery: a thumbnail and its relevance map on a stretch of a shared canvas. */
import type { Detection, Preprocessing } from '@shared/api'
import { boxInPicture } from '@shared/detection-box'
import type { Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import type { Region } from '@shared/input-geometry'
import type { RelevanceMap } from '../api/sample-queries'
import type { Interpolation } from '../base/view'
import { modelRegion } from './model-region'
import { mapPixels } from './paint'

export interface TileStyle {
  colormap: Colormap
  interpolation: Interpolation
  fade: boolean
  /** 0 to 1. */
  opacity: number
  preprocessing: Preprocessing
  /** Draws the box of a detector's query. */
  box: boolean
}

export interface TileContent {
  picture: ImageBitmap | undefined
  /** Of the original image; they say which part of it the map covers. */
  width: number
  height: number
  map: RelevanceMap | null
  range: ScaleRange
  /** Of a detector: the query that is explained. */
  detection: Detection | undefined
}

/** Draws a tile of `edge` x `edge` with its upper left corner at `left`, 0, in the units of the context. */
export function paintTile(
  context: CanvasRenderingContext2D,
  left: number,
  edge: number,
  { picture, width, height, map, range, detection }: TileContent,
  style: TileStyle,
): void {
  context.clearRect(left, 0, edge, edge)
  const scale = edge / Math.max(width, height, 1)
  const box = { width: width * scale, height: height * scale }
  const [x, y] = [left + (edge - box.width) / 2, (edge - box.height) / 2]
  context.imageSmoothingEnabled = true
  if (picture) context.drawImage(picture, x, y, box.width, box.height)
  context.save()
  context.beginPath()
  context.rect(x, y, box.width, box.height)
  context.clip()
  if (map) {
    const region = modelRegion(width, height, style.preprocessing)
    context.globalAlpha = style.opacity
    context.imageSmoothingEnabled = style.interpolation === 'bilinear'
    context.drawImage(
      mapBitmap(map, range, style),
      x + region.left * box.width,
      y + region.top * box.height,
      region.width * box.width,
      region.height * box.height,
    )
  }
  const found = style.box ? boxInPicture(detection, { width, height }, style.preprocessing) : null
  if (found) outline(context, { x, y, ...box }, found)
  context.restore()
}

/** A white line between dark ones, so that it is seen on any picture; what lies outside of the picture is drawn at its edge. */
function outline(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  { left, top, right, bottom }: Region,
): void {
  const within = (share: number) => Math.min(1, Math.max(0, share))
  const [x1, x2] = [x + within(left) * width + 1, x + within(right) * width - 1]
  const [y1, y2] = [y + within(top) * height + 1, y + within(bottom) * height - 1]
  context.globalAlpha = 1
  for (const [colour, line] of [
    ['rgb(0 0 0 / 75%)', 3.5],
    ['#fff', 1.5],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = line
    context.strokeRect(x1, y1, x2 - x1, y2 - y1)
  }
}

/** Pixels a patch edge where values are interpolated; few for fine grids, so that a map costs no more than a tile shows. */
const MAP_PIXELS = 64

interface KeptBitmap {
  key: string
  bitmap: ImageBitmap
}

/** The coloured map of each map object, as last drawn: redrawn tiles (a moved opacity, say) cost two copies. */
const bitmaps = new WeakMap<RelevanceMap, KeptBitmap>()

function mapBitmap(map: RelevanceMap, range: ScaleRange, { colormap, interpolation, fade }: TileStyle): ImageBitmap {
  const key = `${range.low} ${range.high} ${colormap.id} ${interpolation} ${fade}`
  const kept = bitmaps.get(map)
  if (kept?.key === key) return kept.bitmap
  const pixelsPerPatch = Math.min(4, Math.max(1, Math.floor(MAP_PIXELS / Math.max(...map.grid))))
  const image = mapPixels({ ...map, range, colormap, interpolation, fade, pixelsPerPatch })
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  const bitmap = canvas.transferToImageBitmap()
  bitmaps.set(map, { key, bitmap })
  return bitmap
}
