/** Means over several groups of a head's attention, from the means and sizes of the groups. */
import type { HeadAttention } from '@shared/api'

export interface MeanMap {
  name: string
  count: number
  /** `[rows * columns]` */
  values: Float32Array
}

/** The mean over all groups that are wanted. */
export function averageOf(
  { counts, means, grid }: HeadAttention,
  wanted: (group: number) => boolean,
): Omit<MeanMap, 'name'> {
  const patches = grid[0] * grid[1]
  const sums = new Float64Array(patches)
  let total = 0
  counts.forEach((count, group) => {
    if (!wanted(group)) return
    total += count
    for (let p = 0; p < patches; p++) sums[p]! += count * means[group * patches + p]!
  })
  return { count: total, values: Float32Array.from(sums, (sum) => (total === 0 ? 0 : sum / total)) }
}

/** One mean a label (or outcome): the groups that share it together. Correct before wrong, labels in order. */
export function summedBy(
  attention: HeadAttention,
  column: 'label' | 'outcome',
): (Omit<MeanMap, 'name'> & { key: number })[] {
  const keys = column === 'label' ? attention.labels : attention.outcomes
  const sorted = [...new Set(keys)].sort((a, b) => (column === 'label' ? a - b : b - a))
  return sorted.map((key) => ({ key, ...averageOf(attention, (group) => keys[group] === key) }))
}
