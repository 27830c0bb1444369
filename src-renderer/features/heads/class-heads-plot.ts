/** Groups x heads as a matrix: its values, and the order of rows and columns. */
import type { HeadStatistics } from '@shared/api'
import { clusterOrder, rowDistances } from '@shared/seriation/cluster-order'
import { type Statistic, statisticOf } from './statistic'

export interface ClassHeadsPlot {
  /** Indexes of the groups and of the heads (layer * heads + head), in the order shown. */
  rows: readonly number[]
  columns: readonly number[]
  /** `[groups, heads]`, in the order of the groups and the model. */
  values: Float32Array
  /** Heads of all layers. */
  size: number
}

/** Clustering takes the square of the rows in memory and time. */
const MOST_CLUSTERED = 2500

/** `relative`: how far a group is from the mean over the groups, head by head. */
export function classHeadsPlot(
  { groups, layers, heads }: HeadStatistics,
  { statistic, relative, clustered }: { statistic: Statistic; relative: boolean; clustered: boolean },
): ClassHeadsPlot {
  const size = layers * heads
  const n = groups.length
  const values = new Float32Array(n * size)
  groups.forEach((group, row) => values.set(statisticOf(group, statistic), row * size))
  const centred = lessColumnMeans(values, n, size)
  const order = (rows: Float32Array, count: number) =>
    clustered && count <= MOST_CLUSTERED
      ? [...clusterOrder(rowDistances(rows, count), count)]
      : [...Array(count).keys()]
  return {
    rows: order(centred, n),
    columns: order(transposed(centred, n, size), size),
    values: relative ? centred : values,
    size,
  }
}

function lessColumnMeans(values: Float32Array, rows: number, columns: number): Float32Array {
  const means = new Float64Array(columns)
  values.forEach((value, i) => (means[i % columns] = (means[i % columns] ?? 0) + value / rows))
  return values.map((value, i) => value - (means[i % columns] ?? 0))
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
}
