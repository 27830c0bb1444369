import type { HeadGroup, HeadStatistics, RunInfo } from '@shared/api'
import { hasHead, headIndexes } from '@headlight/explain/report'
import type { Content } from '@shared/figure/recipe'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { symmetricRange } from '@shared/heatmap/scale'
import type { Drawn } from '../drawn'
import { readable } from '../grid/words'
import type { Page } from '../scene/page'
import { MUTED, text } from '../scene/scene'
import type { FigureSource } from '../source'
import { drawMatrix } from './matrix'

/** Mean weight of every head over a filter: layers x heads. */
export async function drawHeadMatrix(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { filter, norm, colormap }: Content<'head-matrix'>,
): Promise<Drawn> {
  const statistics = await source.heads(run, 'all', filter, norm)
  const [group] = statistics.groups
  const mean = new Float32Array(statistics.layers * statistics.heads).fill(NaN)
  // Heads that a layer has not are left empty.
  if (group) for (const index of headIndexes(statistics)) mean[index] = group.mean[index]!
  return drawMatrix(page, {
    ...layersByHeads(statistics),
    values: mean,
    range: fromZero(mean),
    colormap: COLORMAPS[colormap],
    meaning: 'mean weight',
    cellText: (row, column) =>
      hasHead(statistics, row, column) ? weightText(mean[row * statistics.heads + column]) : '',
  })
}

/** Mean weight of every head by class (or prediction, or outcome): groups x (layer, head). */
export async function drawClassHeads(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { by, filter, norm, colormap }: Content<'class-heads'>,
): Promise<Drawn> {
  const statistics = await source.heads(run, by, filter, norm)
  const { layers, heads, groups } = statistics
  const indexes = headIndexes(statistics)
  const all = groups.flatMap(({ mean }) => indexes.map((index) => mean[index]!))
  const starts = Array.from({ length: layers }, (_, layer) => indexes.findIndex((index) => index >= layer * heads))
  return drawMatrix(page, {
    rows: groups.map(groupName),
    columns: indexes.map((i) => String(i % heads)),
    values: all,
    range: fromZero(Float32Array.from(all)),
    colormap: COLORMAPS[colormap],
    meaning: 'mean weight',
    rowTitle: { class: 'Label', label: 'Label', split: 'Split', prediction: 'Prediction', correct: 'Outcome' }[by],
    columnTitle: 'Head in layer',
    square: false,
    columnGroups: starts.map((start, layer) => ({ start, name: `Layer ${layer}` })),
  })
}

/** Cohen's d of every head between two groups, with a dot where the difference is significant. */
export async function drawGroupDifference(
  page: Page,
  source: FigureSource,
  run: RunInfo,
  { a, b, nameA, nameB, norm, stratified, significance }: Content<'group-difference'>,
): Promise<Drawn> {
  const difference = await source.difference(run, a, b, norm, stratified)
  const { cohenD, q, heads, countA, countB, strata } = difference
  const plot = await drawMatrix(page, {
    ...layersByHeads(difference),
    values: cohenD,
    range: symmetricRange(cohenD),
    colormap: COLORMAPS.rdbu,
    meaning: 'Cohen’s d',
    cellText: (row, column) => (q[row * heads + column]! < significance ? '•' : ''),
  })
  const size = page.fontSize * 0.9
  const marked = q.some((value) => value < significance)
  const words = [
    `d > 0: heavier in ${nameA ?? (a || 'all')} (n = ${countA}) than in ${nameB ?? (b || 'all')} (n = ${countB}); ${marked ? '• ' : 'no head has '}q < ${significance}`,
    ...(strata === null ? [] : [`compared within ${strata} ${strata === 1 ? 'label' : 'labels'} (van Elteren)`]),
  ]
  const lines = words.map((line, i) => text(0, plot.height + size * (1.2 + 1.3 * i), line, size, { color: MUTED }))
  return { marks: [...plot.marks, ...lines], height: plot.height + size * (0.4 + 1.3 * words.length) }
}

export function groupName({ name }: HeadGroup): string {
  return readable(name)
}

function layersByHeads({ layers, heads }: Pick<HeadStatistics, 'layers' | 'heads'>) {
  const counted = (length: number) => Array.from({ length }, (_, i) => String(i))
  return { rows: counted(layers), columns: counted(heads), rowTitle: 'Layer', columnTitle: 'Head', square: true }
}

/** Two decimals, so that numbers of a matrix can be compared. */
function weightText(weight = NaN): string {
  return Number.isFinite(weight) ? weight.toFixed(2) : '–'
}

function fromZero(values: Float32Array) {
  const finite = values.filter(Number.isFinite)
  return { low: 0, high: finite.reduce((high, value) => Math.max(high, value), 0) }
}
