import type { HeadGroup, RunInfo } from '@shared/api'
import { hasHead, headsInWords } from '@headlight/explain/report'
import { HeadlightError } from '@shared/errors'
import type { Content } from '@shared/figure/recipe'
import type { Drawn } from '../drawn'
import { fitted, textWidth } from '../scene/fonts'
import { shortNumber, ticks } from '../scene/numbers'
import type { Page } from '../scene/page'
import { line, type Mark, MUTED, rect, RULE, text } from '../scene/scene'
import type { FigureSource } from '../source'
import { groupName } from './head-plots'

const BOX = '#5b8fc9'
const WIDEST_GUTTER = 0.3
const MAX_ACROSS = 4

/** Weight of chosen heads by group: median, quartiles (box) and 5 % to 95 % (whiskers). */
export async function drawDistribution(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { heads, by, filter, norm }: Content<'head-distribution'>,
): Promise<Drawn> {
  const statistics = await source.heads(run, by, filter, norm)
  const { groups } = statistics
  const unknown = heads.find(({ layer, head }) => !hasHead(statistics, layer, head))
  if (unknown) {
    throw new HeadlightError(
      'usage',
      `The model has ${headsInWords(statistics)}, counted from 0, and no head ${unknown.head} in layer ${unknown.layer}; choose another in the recipe.`,
    )
  }
  const size = page.fontSize
  const names = groups.map(groupName)
  const widest = Math.max(0, ...names.map((name) => textWidth(name, size, page.family)))
  const left = Math.min(page.width * WIDEST_GUTTER, widest + size * 0.8)
  const across = Math.min(MAX_ACROSS, heads.length)
  const between = size * 1.2
  const width = (page.width - left - (across - 1) * between - size) / across
  const step = size * 1.45
  const tall = groups.length * step
  const pitch = tall + size * 4.4
  const cells = heads.map(({ layer, head }) => layer * statistics.heads + head)
  const high = Math.max(1e-9, ...cells.flatMap((cell) => groups.map((group) => quantile(group, 4, cell))))

  const marks: Mark[] = []
  heads.forEach(({ layer, head }, index) => {
    const x = left + (index % across) * (width + between)
    const y = size * 1.6 + Math.floor(index / across) * pitch
    const at = (value: number) => x + (value / high) * width
    marks.push(
      text(x + width / 2, y - size * 0.6, `Layer ${layer}, head ${head}`, size, { weight: 600, anchor: 'middle' }),
    )
    for (const value of ticks(0, high, 4)) {
      marks.push(line(at(value), y, at(value), y + tall, RULE, 0.4))
      marks.push(
        text(at(value), y + tall + size * 1.05, shortNumber(value), size * 0.9, { anchor: 'middle', color: MUTED }),
      )
    }
    marks.push(text(x + width / 2, y + tall + size * 2.2, 'weight', size * 0.9, { anchor: 'middle', color: MUTED }))
    groups.forEach((group, row) => {
      const middle = y + (row + 0.5) * step
      marks.push(...box(group, cells[index]!, at, middle, step * 0.56))
      if (index % across === 0) {
        const name = fitted(names[row] ?? '', left - size * 0.5, size, page.family)
        marks.push(text(left - size * 0.5, middle + size * 0.35, name, size, { anchor: 'end' }))
      }
    })
  })
  return { marks, height: Math.ceil(heads.length / across) * pitch - size * 0.4 }
}

function box(group: HeadGroup, cell: number, at: (value: number) => number, y: number, thickness: number): Mark[] {
  const [low, first, median, third, high] = [0, 1, 2, 3, 4].map((which) => at(quantile(group, which, cell))) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return [
    line(low, y, high, y, MUTED, 0.6),
    rect(first, y - thickness / 2, Math.max(0.3, third - first), thickness, { fill: BOX }),
    line(median, y - thickness / 2, median, y + thickness / 2, '#ffffff', 1),
  ]
}

/** `which` of the five quantiles of a group. */
function quantile({ quantiles, mean }: HeadGroup, which: number, cell: number): number {
  return quantiles[which * mean.length + cell]!
}
