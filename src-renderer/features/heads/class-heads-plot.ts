/** Groups x heads as a matrix: its values, and the order of rows and columns. */
import type { HeadStatistics } from '@shared/api'
import type { Statistic } from '../../shared/heads/heads-state'
import { statisticOf } from './statistic'

export interface ClassHeadsPlot {
  /** Indexes of the groups and of the heads (layer * heads + head), in the order shown. */
  rows: Uint32Array
  columns: Uint32Array
  /** `[groups, heads]`, in the order of the groups and the model. */
  values: Float32Array
  /** Heads of all layers. */
  size: number
}

/** `[groups, heads]` in the order of the groups and the model, as they are and less the mean over the groups. */
export function classHeadsValues(
  { groups, layers, heads }: HeadStatistics,
  statistic: Statistic,
): { values: Float32Array; centred: Float32Array; groups: number; size: number } {
  const size = layers * heads
  const values = new Float32Array(groups.length * size)
  groups.forEach((group, row) => values.set(statisticOf(group, statistic), row * size))
  return { values, centred: lessColumnMeans(values, groups.length, size), groups: groups.length, size }
}

function lessColumnMeans(values: Float32Array, rows: number, columns: number): Float32Array {
  const means = new Float64Array(columns)
  values.forEach((value, i) => (means[i % columns] = (means[i % columns] ?? 0) + value / rows))
  return values.map((value, i) => value - (means[i % columns] ?? 0))
}

/** `[columns, rows]` of `[rows, columns]`. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
}
