import type { GridContent } from '@shared/figure/recipe'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { Bar } from '../scene/color-bar'
import type { Page } from '../scene/page'
import type { GridLayout } from './grid-layout'
import type { ResolvedPanel } from './panel-maps'

interface PlacedBar {
  bar: Bar
  x: number
  width: number
}

/** Bars stand side by side with at least this much between them, in font sizes. */
const BETWEEN = 2
/** A bar is no longer than this, in font sizes. */
const LONGEST = 18

/**
 * The colour bars of a grid. A bar that belongs to one panel stands under its column; bars of several panels, or of
 * panels that are rows, stand side by side.
 */
export function colorBars(page: Page, content: GridContent, layout: GridLayout, panels: ResolvedPanel[]): PlacedBar[] {
  const maps = panels.filter(({ meaning }) => meaning !== null)
  const common = maps.filter(({ panel }) => panel.kind !== 'difference')
  const bars: { bar: Bar; panel: number | null }[] = []
  if (content.scale === 'panel') {
    for (const panel of common) bars.push(ofPanel(panels, panel))
  } else if (common.length > 0) {
    const meanings = [...new Set(common.map(({ meaning }) => meaning))].join(', ')
    const label = content.scale === 'own' ? `${meanings}, each map on its own range` : meanings
    bars.push({
      bar: { label, colormap: COLORMAPS[content.colormap], range: common[0]?.range ?? null },
      panel: common.length === 1 ? panels.indexOf(common[0]!) : null,
    })
  }
  for (const panel of maps.filter(({ panel }) => panel.kind === 'difference')) bars.push(ofPanel(panels, panel))

  const underColumns = content.samplesAs === 'rows' && bars.every(({ panel }) => panel !== null)
  return bars.map(({ bar, panel }, index) => (underColumns ? underPanel(layout, bar, panel ?? 0) : beside(index, bar)))

  function beside(index: number, bar: Bar): PlacedBar {
    const between = page.fontSize * BETWEEN
    const room = (layout.right - layout.left - (bars.length - 1) * between) / bars.length
    const width = Math.min(room, page.fontSize * LONGEST)
    const start = layout.left + (layout.right - layout.left - bars.length * width - (bars.length - 1) * between) / 2
    return { bar, x: start + index * (width + between), width }
  }
}

function ofPanel(panels: ResolvedPanel[], panel: ResolvedPanel) {
  const label = panel.meaning ?? ''
  return { bar: { label, colormap: panel.colormap, range: panel.range }, panel: panels.indexOf(panel) }
}

function underPanel(layout: GridLayout, bar: Bar, panel: number): PlacedBar {
  const own = layout.slots.filter((slot) => slot.panel === panel && slot.sample === 0)
  const from = Math.min(...own.map(({ x }) => x))
  const to = Math.max(...own.map(({ x, width }) => x + width))
  return { bar, x: from, width: to - from }
}
