/** A confusion table as it is drawn: cells in an order of the classes, their colours, and each cell in words. */
import { formatCount, formatShare } from '../../ui/format'
import { type ConfusionTable, type Pair, type Share, valueOf } from './confusion-table'
import type { MatrixCell } from './paint-matrix'

/** A cell by the indexes of its classes. */
export interface Cell {
  label: number
  prediction: number
}

export interface ConfusionPlot {
  /** Class indexes in order of rows and columns. */
  order: readonly number[]
  names: readonly string[]
  cells: readonly MatrixCell[]
  /** The value at the end of the colours. */
  high: number
  /** Row and column of a class; -1 for one that is not shown. */
  place(classIndex: number): number
  /** "Label Shirt, prediction Coat: 10 samples, 10 % of Shirt". */
  describe(cell: Cell): string
}

export function confusionPlot(
  table: ConfusionTable,
  order: readonly number[],
  nameOf: (classIndex: number) => string,
  { share, diagonal, filtered }: { share: Share; diagonal: boolean; filtered: boolean },
): ConfusionPlot {
  const places = new Map(order.map((classIndex, place) => [classIndex, place]))
  const place = (classIndex: number) => places.get(classIndex) ?? -1
  const coloured = ({ label, prediction }: Pair) => diagonal || label !== prediction
  const values = table.pairs.map((pair) => valueOf(table, pair, share))
  const high = table.pairs.reduce((most, pair, i) => (coloured(pair) ? Math.max(most, values[i] ?? 0) : most), 0)
  const cells = table.pairs.map((pair, i): MatrixCell => {
    const value = values[i] ?? 0
    return {
      row: place(pair.label),
      column: place(pair.prediction),
      position: coloured(pair) && high > 0 ? value / high : null,
      text: () => (share === 'count' ? formatCount(value) : (value * 100).toFixed(1)),
    }
  })
  return {
    order,
    names: order.map(nameOf),
    cells: cells.sort((a, b) => (a.position ?? -1) - (b.position ?? -1)),
    high,
    place,
    describe({ label, prediction }) {
      const count = table.count(label, prediction)
      const samples = `${formatCount(count)} ${count === 1 ? 'sample' : 'samples'}`
      const of = table.labelled(label) > 0 ? `, ${formatShare(count / table.labelled(label))} of ${nameOf(label)}` : ''
      const within = filtered && of !== '' ? ' within the filter' : ''
      return `Label ${nameOf(label)}, prediction ${nameOf(prediction)}: ${samples}${of}${within}`
    },
  }
}
