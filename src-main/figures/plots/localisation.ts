import type { RunInfo } from '@shared/api'
import type { Content } from '@shared/figure/recipe'
import { localisationNote } from '@shared/masks'
import { METHODS } from '@headlight/explain/methods'
import type { Drawn } from '../drawn'
import { textWidth } from '../scene/fonts'
import type { Page } from '../scene/page'
import { INK, line, type Mark, MUTED, text } from '../scene/scene'
import type { FigureSource } from '../source'

const COLUMNS = ['Method', 'Pointing game', 'Energy inside', 'IoU', 'Samples'] as const
/** Right edge of each column, in shares of the width; the first begins on the left. */
const EDGES = [0, 0.49, 0.72, 0.84, 1]

/** Localisation by method as a table; the best of each measure is bold. */
export async function drawLocalisation(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { filter }: Content<'localisation'>,
): Promise<Drawn> {
  const scores = await source.localisation(run, filter)
  const size = page.fontSize
  const step = size * 1.6
  const best = (pick: (score: (typeof scores)[number]) => number) => Math.max(...scores.map(pick))
  const [pointing, energy, iou] = [best((s) => s.pointing), best((s) => s.energy), best((s) => s.iou)]
  const marks: Mark[] = [
    rule(page, size * 0.3, 0.9),
    ...row(
      page,
      size * 1.5,
      [...COLUMNS],
      COLUMNS.map(() => true),
    ),
  ]
  marks.push(rule(page, size * 2.1, 0.5))
  scores.forEach((score, index) => {
    const cells = [
      METHODS[score.method].name,
      fixed(score.pointing),
      fixed(score.energy),
      fixed(score.iou),
      String(score.count),
    ]
    const bold = [false, score.pointing === pointing, score.energy === energy, score.iou === iou, false]
    marks.push(...row(page, size * 2.1 + (index + 0.8) * step, cells, bold))
  })
  const bottom = size * 2.1 + scores.length * step + size * 0.4
  marks.push(rule(page, bottom, 0.9))
  if (scores.length === 0) {
    marks.push(text(0, size * 3.6, 'No sample of the filter has a mask.', size, { color: MUTED }))
    return { marks, height: size * 4.2 }
  }
  const note = localisationNote(scores)
  const small = size * 0.8
  const lines = note === null ? [] : wrapped(note, page, small)
  lines.forEach((words, index) => {
    marks.push(text(0, bottom + small * 1.4 * (index + 1), words, small, { color: MUTED }))
  })
  return { marks, height: bottom + size * 0.4 + small * 1.4 * lines.length }
}

/** Words in lines that fit the page. */
function wrapped(words: string, page: Page, size: number): string[] {
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length === 0 || textWidth(longer, size, page.family) > page.width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

function row(page: Page, y: number, cells: string[], bold: boolean[]): Mark[] {
  return cells.map((cell, i) =>
    text(page.width * EDGES[i]!, y, cell, page.fontSize, {
      anchor: i === 0 ? 'start' : 'end',
      weight: bold[i] ? 600 : 400,
    }),
  )
}

function rule(page: Page, y: number, width: number): Mark {
  return line(0, y, page.width, y, INK, width)
}

function fixed(value: number): string {
  return value.toFixed(3)
}
