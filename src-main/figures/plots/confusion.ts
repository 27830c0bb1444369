import type { RunInfo } from '@shared/api'
import { classWords } from '@shared/class-name'
import type { Content } from '@shared/figure/recipe'
import { COLORMAPS } from '@shared/heatmap/colormap'
import type { Drawn } from '../drawn'
import { readable } from '../grid/words'
import type { Page } from '../scene/page'
import type { ConfusionCounts, FigureSource } from '../source'
import { drawMatrix } from './matrix'

const MEANING = { count: 'samples', row: 'share of label', column: 'share of prediction' }

/**
 * Labels x predictions, as counts or as shares of a row or column; rows are classes or the dataset's own labels. What never
 * occurs is left out.
 */
export async function drawConfusion(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { filter, rows, share, colormap, numbers }: Content<'confusion'>,
): Promise<Drawn> {
  const confusion = await source.confusion(run, filter, rows)
  const shown = occurring(confusion)
  const values = shares(confusion, shown, share)
  const nameOf = (index: number) => readable(classWords(run.definition.labels, index))
  const { labels } = confusion
  return drawMatrix(page, {
    rows: shown.rows.map((row) => (labels === null ? nameOf(row) : readable(labels[row] ?? ''))),
    columns: shown.columns.map(nameOf),
    values,
    range: { low: 0, high: share === 'count' ? Math.max(1, ...values) : 1 },
    colormap: COLORMAPS[colormap],
    meaning: MEANING[share],
    rowTitle: 'Label',
    columnTitle: 'Prediction',
    square: true,
    cellText: (row, column) => (numbers ? cell(values[row * shown.columns.length + column]!, share) : ''),
  })
}

interface Shown {
  rows: number[]
  columns: number[]
}

/** Rows and columns with a sample; where both are classes, those of either. */
function occurring({ classes, counts, labels }: ConfusionCounts): Shown {
  const [rows, columns] = [new Set<number>(), new Set<number>()]
  counts.forEach((count, i) => {
    if (count === 0) return
    rows.add(Math.floor(i / classes))
    columns.add(i % classes)
  })
  const inOrder = (seen: Iterable<number>) => [...seen].sort((a, b) => a - b)
  if (labels !== null) return { rows: inOrder(rows), columns: inOrder(columns) }
  const both = inOrder(new Set([...rows, ...columns]))
  return { rows: both, columns: both }
}

function shares({ classes, counts }: ConfusionCounts, shown: Shown, share: Content<'confusion'>['share']): number[] {
  const count = (row: number, column: number) => counts[row * classes + column]!
  const rowSum = new Map(shown.rows.map((row) => [row, sum(shown.columns.map((column) => count(row, column)))]))
  const columnSum = new Map(shown.columns.map((column) => [column, sum(shown.rows.map((row) => count(row, column)))]))
  return shown.rows.flatMap((row) =>
    shown.columns.map((column) => {
      const whole = { count: 1, row: rowSum.get(row) ?? 0, column: columnSum.get(column) ?? 0 }[share]
      return whole === 0 ? 0 : count(row, column) / whole
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
