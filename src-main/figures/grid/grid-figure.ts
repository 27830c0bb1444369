import type { RunInfo, SampleRow } from '@shared/api'
import type { GridContent } from '@shared/figure/recipe'
import type { Drawn } from '../drawn'
import { fitted, textWidth } from '../scene/fonts'
import { barHeight, horizontalBar } from '../scene/color-bar'
import type { Page } from '../scene/page'
import { type Mark, MUTED, text, WRONG, INK } from '../scene/scene'
import type { FigureSource } from '../source'
import { colorBars } from './color-bars'
import { DETAIL, gridLayout, type GridLayout } from './grid-layout'
import { panelImage } from './panel-image'
import { resolvePanels, type ResolvedPanel } from './panel-maps'
import { captionOf, sampleTitle } from './words'

/** In shares of the running text. */
const SMALLEST_TITLE = 0.75

/** Samples x panels: pictures, maps, heads, differences and masks. */
export async function drawGrid(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  samples: readonly SampleRow[],
  content: GridContent,
): Promise<Drawn> {
  const panels = await resolvePanels(source, run, samples, content)
  const [rows, columns] = aspect(run)
  const layout = gridLayout(page, content, samples, run, panels, columns / rows)
  const marks: Mark[] = [
    ...panelTitles(page, content, layout, panels),
    ...sampleWords(page, content, layout, samples, run),
  ]
  for (const slot of layout.slots) marks.push(...(await panelImage(page, source, run, samples, content, panels, slot)))
  if (!content.colorBars) return { marks, height: layout.bottom }
  let height = layout.bottom
  for (const { bar, x, width } of colorBars(page, content, layout, panels)) {
    marks.push(...(await horizontalBar(page, bar, x, layout.bottom + page.fontSize * 0.6, width)))
    height = layout.bottom + page.fontSize * 0.6 + barHeight(page)
  }
  return { marks, height }
}

/** Height and width of the model's input. */
function aspect(run: RunInfo): [number, number] {
  const [height, width] = run.model.input.shape.slice(-2)
  return [Number(height) || 1, Number(width) || 1]
}

function panelTitles(page: Page, content: GridContent, layout: GridLayout, panels: ResolvedPanel[]): Mark[] {
  return panels.flatMap(({ title, detail }, index) => {
    const letter = content.letters ? `(${String.fromCharCode(97 + index)}) ` : ''
    const place = layout.panelTitles[index]
    if (place === undefined) return []
    const under =
      place.rotate === 0 ? { ...place, y: place.y + layout.detail } : { ...place, x: place.x + layout.detail }
    return [
      panelWords(page, place, letter + title, page.fontSize, { weight: 600 }),
      ...(detail === '' ? [] : [panelWords(page, under, detail, page.fontSize * DETAIL, { color: MUTED })]),
    ]
  })
}

/** Words over a panel: what is too long is set a little smaller before it loses its end. */
function panelWords(
  page: Page,
  { x, y, room, rotate }: GridLayout['panelTitles'][number],
  words: string,
  size: number,
  style: { weight?: 600; color?: string },
): Mark {
  const smaller = size * Math.min(1, Math.max(SMALLEST_TITLE, room / textWidth(words, size, page.family, style.weight)))
  const shown = fitted(words, room, smaller, page.family, style.weight)
  return text(x, y, shown, smaller, { ...style, anchor: 'middle', rotate })
}

function sampleWords(
  page: Page,
  content: GridContent,
  layout: GridLayout,
  samples: readonly SampleRow[],
  run: RunInfo,
): Mark[] {
  return samples.flatMap((sample, index) => {
    const place = layout.samples[index]
    if (place === undefined) return []
    const size = page.fontSize
    const marks: Mark[] = []
    const title = sampleTitle(content, sample, index, run)
    if (title !== null) {
      const { x, y, room, anchor } = place.title
      marks.push(text(x, y, fitted(title, room, size, page.family), size, { anchor, color: INK }))
    }
    const caption = captionOf(content, sample, run)
    if (caption !== null) {
      const small = size * 0.9
      const words = fitted(caption, place.caption.room, small, page.family)
      marks.push(
        text(place.caption.x, place.caption.y, words, small, {
          anchor: 'middle',
          color: sample.correct === false ? WRONG : MUTED,
        }),
      )
    }
    return marks
  })
}
