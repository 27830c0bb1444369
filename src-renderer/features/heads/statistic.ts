/** The statistics of a head's weight over a group that a matrix can show. */
import type { HeadGroup } from '@shared/api'
import type { Statistic } from '../../shared/heads/heads-state'
import { formatShare } from '../../ui/format'

export const STATISTIC_NAMES: Record<Statistic, string> = {
  mean: 'Mean weight',
  median: 'Median weight',
  std: 'Standard deviation',
  top: 'First in its layer',
}

const MEDIAN = 2

/** `[layers, heads]` of a group. */
export function statisticOf(group: HeadGroup, statistic: Statistic): Float32Array {
  if (statistic === 'mean') return group.mean
  if (statistic === 'std') return group.std.map((value) => (Number.isNaN(value) ? 0 : value))
  const size = group.mean.length
  return statistic === 'top' ? group.topShare : group.quantiles.subarray(MEDIAN * size, (MEDIAN + 1) * size)
}

/** One head of a group in words. */
export function describeHead({ mean, std, topShare }: HeadGroup, index: number): string {
  return `${mean[index]!.toFixed(3)} ± ${std[index]!.toFixed(3)}, first in ${formatShare(topShare[index]!)}`
}
