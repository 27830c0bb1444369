import type { Detection, RunInfo, SampleRow } from '@shared/api'
import { boxInInput } from '@shared/detection-box'
import { toPixels } from '@shared/figure/sizes'
import type { GridContent } from '@shared/figure/recipe'
import type { Region } from '@shared/input-geometry'
import { fitted, textWidth } from '../scene/fonts'
import type { Page } from '../scene/page'
import { image, type Mark, MUTED, rect, text } from '../scene/scene'
import type { FigureSource } from '../source'
import type { Slot } from './grid-layout'
import type { ResolvedPanel } from './panel-maps'
import { blended, encoded, mapPixels, picturePixels, type PanelRaster, type Pixels } from './raster'

const EMPTY = '#eef0f2'

/** The marks of one slot: its picture, or a grey field that says what is missing. */
export async function panelImage(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  samples: readonly SampleRow[],
  content: GridContent,
  panels: readonly ResolvedPanel[],
  slot: Slot,
): Promise<Mark[]> {
  const [sample, panel] = [samples[slot.sample], panels[slot.panel]]
  if (sample === undefined || panel === undefined) return []
  const raster: PanelRaster = {
    width: toPixels(slot.width, page.pictureDpi),
    height: toPixels(slot.height, page.pictureDpi),
    crop: content.crop,
    interpolation: content.interpolation,
  }
  const pixels = await slotPixels(source, run, sample, content, panel, slot, raster)
  const { x, y, width, height } = slot
  if (pixels === null) {
    const words = panel.missing[slot.sample] ?? 'no map'
    const size = missingSize(page, words, width)
    return [
      rect(x, y, width, height, { fill: EMPTY }),
      text(x + width / 2, y + height / 2, fitted(words, width, size, page.family), size, {
        anchor: 'middle',
        color: MUTED,
      }),
    ]
  }
  return [
    image(
      x,
      y,
      width,
      height,
      await encoded(pixels),
      `${[panel.title, panel.detail].filter(Boolean).join(', ')}: ${sample.path}`,
    ),
    ...(content.boxes ? boxMarks(slot, boxInInput(detectionOf(panel, slot.sample, sample)), content.crop) : []),
  ]
}

/** The query that a panel explains; undefined for masks, heads, differences and other runs. */
function detectionOf(
  { panel, maps, foreign }: ResolvedPanel,
  index: number,
  { detection }: SampleRow,
): Detection | undefined {
  if (panel.kind === 'image') return detection
  if (panel.kind !== 'method') return undefined
  return maps[index]?.map.detection ?? (foreign || panel.target !== undefined ? undefined : detection)
}

/** A white line on a dark one, so that it is seen on any picture; what lies outside of the panel is drawn at its edge. */
function boxMarks({ x, y, width, height }: Slot, box: Region | null, crop: GridContent['crop']): Mark[] {
  if (box === null) return []
  const part = crop ?? { x: 0, y: 0, width: 1, height: 1 }
  const inside = (share: number, start: number, size: number) => Math.min(1, Math.max(0, (share - start) / size))
  const left = inside(box.left, part.x, part.width) * width
  const top = inside(box.top, part.y, part.height) * height
  const size = [
    inside(box.right, part.x, part.width) * width - left,
    inside(box.bottom, part.y, part.height) * height - top,
  ] as const
  if (size[0] <= 0 || size[1] <= 0) return []
  return [
    rect(x + left, y + top, ...size, { stroke: '#000000', strokeWidth: 1.8 }),
    rect(x + left, y + top, ...size, { stroke: '#ffffff', strokeWidth: 0.9 }),
  ]
}

/** Long words are set a little smaller before they lose their end. */
function missingSize(page: Page, words: string, room: number): number {
  const normalSize = page.fontSize * 0.9
  return normalSize * Math.min(1, Math.max(0.6, (room * 0.94) / textWidth(words, normalSize, page.family)))
}

async function slotPixels(
  source: FigureSource,
  run: RunInfo,
  sample: SampleRow,
  content: GridContent,
  panel: ResolvedPanel,
  slot: Slot,
  raster: PanelRaster,
): Promise<Pixels | null> {
  if (sample.error !== null) return null
  if (panel.panel.kind === 'mask') {
    const mask = await source.mask(run, sample.id)
    return mask && picturePixels(mask, raster, false)
  }
  const plain = panel.panel.kind === 'image' || slot.shows === 'picture'
  if (plain && (panel.panel.kind === 'image' || panel.meaning !== null)) {
    return picturePixels(await source.picture(run, sample.id), raster, false)
  }
  const found = panel.maps[slot.sample] ?? null
  if (found === null) return null
  const colours = mapPixels(found.map, found.range, panel.colormap, raster)
  if (content.display === 'map') return colours
  return blended(
    await picturePixels(await source.picture(run, sample.id), raster, content.grey),
    colours,
    content.opacity,
  )
}
