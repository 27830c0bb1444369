import type { RunInfo } from '@shared/api'
import type { Content } from '@shared/figure/recipe'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { Drawn } from '../drawn'
import { readable } from '../grid/words'
import type { Page } from '../scene/page'
import type { ConfusionCounts, FigureSource } from '../source'
import { drawMatrix } from './matrix'

const MEANING = { count: 'samples', row: 'share of label', column: 'share of prediction' }

/** Labels x predictions, as counts or as shares of a row or column. Classes that never occur are left out. */
export async function drawConfusion(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { filter, share, colormap, numbers }: Content<'confusion'>,
): Promise<Drawn> {
  const confusion = await source.confusion(run, filter)
  const present = occurring(confusion)
  const values = shares(confusion, present, share)
  const names = present.map((index) => readable(run.definition.labels[index] ?? `class ${index}`))
  return drawMatrix(page, {
    rows: names,
    columns: names,
    values,
    range: { low: 0, high: share === 'count' ? Math.max(1, ...values) : 1 },
    colormap: COLORMAPS[colormap],
    meaning: MEANING[share],
    rowTitle: 'Label',
    columnTitle: 'Prediction',
    square: true,
    cellText: (row, column) => (numbers ? cell(values[row * present.length + column] ?? 0, share) : ''),
  })
}

function occurring({ classes, counts }: ConfusionCounts): number[] {
  const seen = new Set<number>()
  counts.forEach((count, i) => {
    if (count === 0) return
    seen.add(Math.floor(i / classes))
    seen.add(i % classes)
  })
  return [...seen].sort((a, b) => a - b)
}

function shares(
  { classes, counts }: ConfusionCounts,
  present: number[],
  share: Content<'confusion'>['share'],
): number[] {
  const count = (label: number, prediction: number) => counts[label * classes + prediction] ?? 0
  const rowSum = new Map(present.map((label) => [label, sum(present.map((prediction) => count(label, prediction)))]))
  const columnSum = new Map(
    present.map((prediction) => [prediction, sum(present.map((label) => count(label, prediction)))]),
  )
  return present.flatMap((label) =>
    present.map((prediction) => {
      const whole = { count: 1, row: rowSum.get(label) ?? 0, column: columnSum.get(prediction) ?? 0 }[share]
      return whole === 0 ? 0 : count(label, prediction) / whole
    }),
  )
}

function cell(value: number, share: Content<'confusion'>['share']): string {
  if (value === 0) return ''
  return share === 'count' ? String(value) : value.toFixed(2).replace(/^0/, '')
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
