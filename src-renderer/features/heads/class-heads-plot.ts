/** Groups x heads as a matrix: its values, and the order of rows and columns. */
import { headIndexes } from '@headlight/explain/report'
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

/**
 * `[groups, heads]` in the order of the groups and the model, as they are and less the mean over the groups; `heads` are
 * the columns of those that the model has.
 */
export function classHeadsValues(
  found: HeadStatistics,
  statistic: Statistic,
): { values: Float32Array; centred: Float32Array; groups: number; size: number; heads: number[] } {
  const { groups, layers, heads } = found
  const size = layers * heads
  const values = new Float32Array(groups.length * size)
  groups.forEach((group, row) => values.set(statisticOf(group, statistic), row * size))
  return {
    values,
    centred: lessColumnMeans(values, groups.length, size),
    groups: groups.length,
    size,
    heads: headIndexes(found),
  }
}

function lessColumnMeans(values: Float32Array, rows: number, columns: number): Float32Array {
  const means = new Float64Array(columns)
  values.forEach((value, i) => (means[i % columns]! += value / rows))
  return values.map((value, i) => value - means[i % columns]!)
}

/** `[chosen, rows]` of `[rows, columns]`: the columns that are chosen, as rows. */
export function transposed(values: Float32Array, rows: number, columns: number, chosen: readonly number[]) {
  return Float32Array.from({ length: chosen.length * rows }, (_, i) => {
    return values[(i % rows) * columns + chosen[Math.floor(i / rows)]!]!
  })
}
