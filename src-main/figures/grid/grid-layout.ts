import type { RunInfo, SampleRow } from '@shared/api'
import type { GridContent } from '@shared/figure/recipe'
import { barHeight } from '../scene/color-bar'
import { textWidth } from '../scene/fonts'
import { onPixel, type Page } from '../scene/page'
import type { ResolvedPanel } from './panel-maps'
import { sampleTitle } from './words'

/** One picture of the grid. A panel in pairs takes two: the picture, then the overlay. */
export interface Slot {
  sample: number
  panel: number
  shows: 'picture' | 'map'
  x: number
  y: number
  width: number
  height: number
}

interface Place {
  x: number
  y: number
  /** How wide its words may be. */
  room: number
}

export interface GridLayout {
  slots: Slot[]
  /** The titles' own line; `detail` is how far under it the line of details lies, nothing where there is none. */
  panelTitles: (Place & { rotate: number })[]
  detail: number
  samples: { title: Place & { anchor: 'middle' | 'end' }; caption: Place }[]
  /** Where the pictures begin and end, and where the captions under them end. */
  left: number
  right: number
  bottom: number
}

const LINE = 1.35
/** Size of the line under a panel's title, in shares of the running text. */
export const DETAIL = 0.85
/** The gutter of sample titles takes no more than this share of the figure. */
const WIDEST_GUTTER = 0.28

/** Places of all pictures and words of a grid. `aspect` is the width of the model's input by its height. */
export function gridLayout(
  page: Page,
  content: GridContent,
  samples: readonly SampleRow[],
  run: RunInfo,
  panels: readonly ResolvedPanel[],
  aspect: number,
): GridLayout {
  const shown = panels.flatMap(({ meaning }, panel) => slotsOf(content, panel, meaning !== null))
  const size = page.fontSize
  const titles = samples.map((sample, index) => sampleTitle(content, sample, index, run))
  const captioned = content.captions !== 'none'
  const asRows = content.samplesAs === 'rows'
  const across = asRows ? shown.length : samples.length
  const down = asRows ? samples.length : shown.length

  const detail = panels.some((panel) => panel.detail !== '') ? size * LINE * DETAIL : 0
  const left = onPixel(page, asRows ? gutter(page, titles) : size * LINE * 1.2 + detail)
  const top = onPixel(page, headRoom(content, size, titles) + (asRows ? detail : 0))
  const captionRoom = captioned ? size * LINE : 0
  const betweenRows = content.gap + (asRows ? captionRoom : 0)
  const bars = content.colorBars ? size * 0.6 + barHeight(page) : 0
  const cell = cellSize(page, { left, top, across, down, betweenRows, captionRoom, gap: content.gap, bars, aspect })

  const x = (column: number) => onPixel(page, left + column * (cell.width + content.gap))
  const y = (row: number) => onPixel(page, top + row * (cell.height + betweenRows))
  const slots = samples.flatMap((_, sample) =>
    shown.map((slot, index): Slot => {
      const [column, row] = asRows ? [index, sample] : [sample, index]
      return { ...slot, sample, x: x(column), y: y(row), width: cell.width, height: cell.height }
    }),
  )
  return {
    slots,
    panelTitles: panels.map((_, panel) => {
      const own = shown.flatMap((slot, index) => (slot.panel === panel ? [index] : []))
      // Every panel has a slot.
      const [first, last] = [own[0]!, own.at(-1)!]
      if (asRows) {
        const [from, to] = [x(first), x(last) + cell.width]
        return { x: (from + to) / 2, y: top - size * 0.5 - detail, room: to - from + content.gap, rotate: 0 }
      }
      const [from, to] = [y(first), y(last) + cell.height]
      return { x: left - size * 0.6 - detail, y: (from + to) / 2, room: to - from + content.gap, rotate: 90 }
    }),
    detail,
    samples: samples.map((_, sample) =>
      asRows
        ? {
            title: {
              x: left - size * 0.6,
              y: y(sample) + cell.height / 2 + size * 0.35,
              room: left - size * 0.6,
              anchor: 'end',
            },
            caption: {
              x: x(0) + cell.width / 2,
              y: y(sample) + cell.height + size * 1.05,
              room: cell.width + content.gap,
            },
          }
        : {
            title: { x: x(sample) + cell.width / 2, y: top - size * 0.5, room: cell.width, anchor: 'middle' },
            caption: {
              x: x(sample) + cell.width / 2,
              y: y(down - 1) + cell.height + size * 1.05,
              room: cell.width + content.gap,
            },
          },
    ),
    left: x(0),
    right: x(across - 1) + cell.width,
    bottom: y(down - 1) + cell.height + captionRoom,
  }
}

function slotsOf(content: GridContent, panel: number, hasMap: boolean): Pick<Slot, 'panel' | 'shows'>[] {
  if (!hasMap) return [{ panel, shows: 'picture' }]
  const map = { panel, shows: 'map' as const }
  return content.display === 'pair' ? [{ panel, shows: 'picture' }, map] : [map]
}

function gutter(page: Page, titles: readonly (string | null)[]): number {
  const widest = Math.max(
    0,
    ...titles.map((title) => (title === null ? 0 : textWidth(title, page.fontSize, page.family))),
  )
  return widest === 0 ? 0 : Math.min(page.width * WIDEST_GUTTER, widest + page.fontSize)
}

/** Above the pictures: panel titles over columns of panels, sample titles over columns of samples. */
function headRoom(content: GridContent, size: number, titles: readonly (string | null)[]): number {
  return content.samplesAs === 'rows' || titles.some((title) => title !== null) ? size * LINE * 1.1 : 0
}

interface Room {
  left: number
  top: number
  across: number
  down: number
  betweenRows: number
  captionRoom: number
  gap: number
  bars: number
  aspect: number
}

/** The largest pictures that fit the width and, where the figure has one, the height. */
function cellSize(page: Page, room: Room): { width: number; height: number } {
  const pixel = 72 / page.dpi
  const byWidth = (page.width - room.left - (room.across - 1) * room.gap) / room.across
  const free =
    page.height === null
      ? Infinity
      : page.height - room.top - (room.down - 1) * room.betweenRows - room.captionRoom - room.bars
  const width = Math.max(pixel, Math.min(byWidth, (free / room.down) * room.aspect))
  const floored = Math.floor(width / pixel + 1e-6) * pixel
  return { width: floored, height: Math.max(pixel, onPixel(page, floored / room.aspect)) }
}
