/** How well a criterion tells what happens without a head. */
import { ranks } from '@shared/heatmap/agreement'
import { quantile, type Resamples } from './bootstrap'

export interface Agreement {
  /** Of dataset means, over all heads; `low` and `high` are the interval of `spearman`, over images. NaN where a side is constant. */
  spearman: number
  pearson: number
  /** Spearman over the heads of a layer, mean over layers. */
  withinLayer: number
  /** Spearman over the heads for each image, mean over images. */
  perImage: number
  low: number
  high: number
}

/**
 * @param criterion by sample, `[heads]` each
 * @param effect likewise
 */
export function agreementOf(
  criterion: readonly Float64Array[],
  effect: readonly Float64Array[],
  layerOf: readonly number[],
  resamples: Resamples,
): Agreement {
  const [means, effects] = [meanOf(criterion), meanOf(effect)]
  const layers = [...new Set(layerOf)]
  const within = layers.map((layer) => {
    const own = (values: Float64Array) => values.filter((_, head) => layerOf[head] === layer)
    return spearmanOf(own(means), own(effects))
  })
  const resampled = resamples.map((places) => spearmanOf(meanOf(criterion, places), meanOf(effect, places)))
  const sorted = Float64Array.from(resampled.filter((value) => !Number.isNaN(value))).sort()
  return {
    spearman: spearmanOf(means, effects),
    pearson: pearsonOf(means, effects),
    withinLayer: meanDefined(within),
    perImage: meanDefined(criterion.map((values, sample) => spearmanOf(values, effect[sample]!))),
    low: quantile(sorted, 0.025),
    high: quantile(sorted, 0.975),
  }
}

/** Means over samples, `[heads]`; of those at `places` where they are given. */
export function meanOf(values: readonly Float64Array[], places?: Uint32Array): Float64Array {
  const mean = new Float64Array(values[0]?.length ?? 0)
  const n = places?.length ?? values.length
  for (let i = 0; i < n; i++) {
    const own = values[places === undefined ? i : places[i]!]!
    for (let head = 0; head < mean.length; head++) mean[head]! += own[head]! / n
  }
  return mean
}

/** Pearson's correlation of ranks, ties having the mean of theirs; NaN where one side is constant. */
export const spearmanOf = (a: Float64Array, b: Float64Array): number => pearsonOf(ranks(a), ranks(b))

/** NaN where one side is constant. */
export function pearsonOf(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - ma, b[i]! - mb]
    ab += da * db
    aa += da * da
    bb += db * db
  }
  return aa === 0 || bb === 0 ? NaN : ab / Math.sqrt(aa * bb)
}

function meanDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value))
  return defined.reduce((sum, value) => sum + value, 0) / defined.length
}
