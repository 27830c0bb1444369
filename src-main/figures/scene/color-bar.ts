import sharp from 'sharp'
import { colorize, type Colormap } from '@shared/heatmap/colormap'
import type { ScaleRange } from '@shared/heatmap/scale'
import { toPixels } from '@shared/figure/sizes'
import { fitted, textWidth } from './fonts'
import { shortNumber, ticks } from './numbers'
import { onPixel, type Page } from './page'
import { image, line, type Mark, MUTED, rect, text } from './scene'

export interface Bar {
  /** What the colours mean. */
  label: string
  colormap: Colormap
  /** The values at both ends; null where every map has its own, which then are called low and high. */
  range: ScaleRange | null
}

const THICKNESS = 0.8
const TICKS = 4

/** Height in points of a horizontal bar with its numbers and label. */
export function barHeight(page: Page): number {
  return page.fontSize * (THICKNESS + 2.8)
}

/** Width in points that a vertical bar with its numbers and label takes. */
export function verticalBarWidth(page: Page): number {
  return page.fontSize * 5.4
}

/** A horizontal bar, low values on the left, numbers under it, its label under them. */
export async function horizontalBar(page: Page, bar: Bar, x: number, y: number, width: number): Promise<Mark[]> {
  const size = page.fontSize * 0.9
  const height = onPixel(page, page.fontSize * THICKNESS)
  const [left, top, across] = [onPixel(page, x), onPixel(page, y), onPixel(page, width)]
  const numbers = top + height + size * 1.15
  const ends = bar.range === null ? ['low', 'high'] : [shortNumber(bar.range.low), shortNumber(bar.range.high)]
  const middle = bar.range !== null && bar.range.low < 0 && bar.range.high > 0 ? zeroMark() : []
  function zeroMark(): Mark[] {
    const { low, high } = bar.range ?? { low: 0, high: 1 }
    const at = left + (across * -low) / (high - low)
    return [text(at, numbers, '0', size, { anchor: 'middle', color: MUTED })]
  }
  return [
    image(left, top, across, height, await ramp(page, bar.colormap, across, height, false), bar.label),
    rect(left, top, across, height, { stroke: MUTED, strokeWidth: 0.35 }),
    text(left, numbers, ends[0] ?? '', size, { color: MUTED }),
    ...middle,
    text(left + across, numbers, ends[1] ?? '', size, { anchor: 'end', color: MUTED }),
    text(left + across / 2, numbers + size * 1.2, fitted(bar.label, across * 1.5, size, page.family), size, {
      anchor: 'middle',
      color: MUTED,
    }),
  ]
}

/** A vertical bar under this many font sizes has no room for its numbers and label. */
const SHORTEST = 5

/** Height in points of the vertical bar beside something of this height. */
export function verticalBarHeight(page: Page, beside: number): number {
  return Math.max(beside, page.fontSize * SHORTEST)
}

/** A vertical bar, low values at the bottom, numbers on its right, its label along it. */
export async function verticalBar(page: Page, bar: Bar, x: number, y: number, height: number): Promise<Mark[]> {
  const size = page.fontSize * 0.9
  const width = onPixel(page, page.fontSize * THICKNESS)
  const [left, top, tall] = [onPixel(page, x), onPixel(page, y), onPixel(page, height)]
  const { low, high } = bar.range ?? { low: 0, high: 1 }
  const marks: Mark[] = [
    image(left, top, width, tall, await ramp(page, bar.colormap, width, tall, true), bar.label),
    rect(left, top, width, tall, { stroke: MUTED, strokeWidth: 0.35 }),
  ]
  const values = ticks(low, high, Math.max(1, Math.min(TICKS, Math.floor(height / (size * 1.8)))))
  for (const value of values) {
    const at = top + tall * (1 - (value - low) / (high - low || 1))
    marks.push(line(left + width, at, left + width + size * 0.3, at, MUTED))
    marks.push(text(left + width + size * 0.45, at + size * 0.36, shortNumber(value), size, { color: MUTED }))
  }
  const widest = Math.max(...values.map((value) => textWidth(shortNumber(value), size, page.family)))
  const label = left + width + size * 1.7 + widest
  marks.push(
    text(label, top + tall / 2, fitted(bar.label, tall, size, page.family), size, {
      anchor: 'middle',
      rotate: 90,
      color: MUTED,
    }),
  )
  return marks
}

async function ramp(page: Page, colormap: Colormap, width: number, height: number, upward: boolean): Promise<Buffer> {
  const [columns, rows] = [toPixels(width, page.pictureDpi), toPixels(height, page.pictureDpi)]
  const steps = upward ? rows : columns
  const values = Float32Array.from({ length: steps }, (_, i) => (upward ? steps - 1 - i : i) / Math.max(1, steps - 1))
  const pixels = colorize(values, { low: 0, high: 1 }, colormap)
  return sharp(pixels, { raw: { width: upward ? 1 : columns, height: upward ? rows : 1, channels: 4 } })
    .resize(columns, rows, { fit: 'fill', kernel: 'nearest' })
    .removeAlpha()
    .png()
    .toBuffer()
}
