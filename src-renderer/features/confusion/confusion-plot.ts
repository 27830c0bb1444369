/** A confusion table as it is drawn: cells in an order of the classes, their colours, and each cell in words. */
import { formatCount, formatShare } from '../../ui/format'
import { type ConfusionTable, type Pair, type Share, valueOf } from './confusion-table'
import type { MatrixCell } from './paint-matrix'

/** A cell by the indexes of its classes, or of a label without one (`ConfusionTable.unmatched`). */
export interface Cell {
  label: number
  prediction: number
}

export interface ConfusionPlot {
  /** Class indexes in order of the columns. */
  columns: readonly number[]
  columnNames: readonly string[]
  /** The same classes, and after them the labels without a class; these alone where no label has a class. */
  rows: readonly number[]
  rowNames: readonly string[]
  /** The row before which a rule separates labels without a class; null without any. */
  rule: number | null
  cells: readonly MatrixCell[]
  /** The value at the end of the colours. */
  high: number
  /** Row of a label, column of a class; -1 for one that is not shown. */
  row(label: number): number
  column(classIndex: number): number
  /** "Label Shirt, prediction Coat: 10 samples, 10 % of Shirt". */
  describe(cell: Cell): string
}

export function confusionPlot(
  table: ConfusionTable,
  order: readonly number[],
  nameOf: (classIndex: number) => string,
  { share, diagonal, filtered }: { share: Share; diagonal: boolean; filtered: boolean },
): ConfusionPlot {
  const ofClasses = table.total === 0 ? [] : order
  const rows = [...ofClasses, ...table.unmatched]
  const placeOf = (indexes: readonly number[]) => {
    const places = new Map(indexes.map((index, place) => [index, place]))
    return (index: number) => places.get(index) ?? -1
  }
  const [row, column] = [placeOf(rows), placeOf(order)]
  const labelName = (label: number) => table.unmatchedName(label) ?? nameOf(label)
  const pairs = [...table.pairs, ...table.unmatchedPairs]
  const coloured = ({ label, prediction }: Pair) => diagonal || label !== prediction
  const values = pairs.map((pair) => valueOf(table, pair, share))
  const high = pairs.reduce((maximum, pair, i) => (coloured(pair) ? Math.max(maximum, values[i] || 0) : maximum), 0)
  const cells = pairs.map((pair, i): MatrixCell => {
    const value = values[i]!
    return {
      row: row(pair.label),
      column: column(pair.prediction),
      position: coloured(pair) && high > 0 && !Number.isNaN(value) ? value / high : null,
      text: () => (share === 'count' ? formatCount(value) : Number.isNaN(value) ? '–' : (value * 100).toFixed(1)),
    }
  })
  return {
    columns: order,
    columnNames: order.map(nameOf),
    rows,
    rowNames: rows.map(labelName),
    rule: table.unmatched.length > 0 ? ofClasses.length : null,
    cells: cells.sort((a, b) => (a.position ?? -1) - (b.position ?? -1)),
    high,
    row,
    column,
    describe({ label, prediction }) {
      const count = table.count(label, prediction)
      const samples = `${formatCount(count)} ${count === 1 ? 'sample' : 'samples'}`
      const name = labelName(label)
      const of = table.labelled(label) > 0 ? `, ${formatShare(count / table.labelled(label))} of ${name}` : ''
      const shown = table.unmatchedName(label) === null ? name : `${name} (no class)`
      const within = filtered && of !== '' ? ' within the filter' : ''
      return `Label ${shown}, prediction ${nameOf(prediction)}: ${samples}${of}${within}`
    },
  }
}
