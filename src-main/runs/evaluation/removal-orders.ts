/** The orders in which heads are removed, and what is left after each of them. */
import { seeded } from '@headlight/explain/random'
import type { SampleRow } from '@shared/api'
import {
  type AblatedSample,
  criteriaOfAll,
  effectsOf,
  type HeadPlace,
  type PruningCurve,
  pruningCurve,
} from '@shared/evaluation/ablation-summary'
import { meanOf } from '@shared/evaluation/agreement'
import { ascending, shuffled } from '@shared/evaluation/pruning'
import type { KeptAblation } from './kept-ablation'

/** Seeds of the two random orders. */
const RANDOM = { random1: 1, random2: 2 }

/** By criterion, of two random orders and of the measured effect itself: places of heads in the order of their removal. */
export function removalOrders(
  samples: readonly AblatedSample[],
  places: readonly HeadPlace[],
): Record<string, number[]> {
  const criteria = Object.entries(criteriaOfAll(samples, places))
  return Object.fromEntries([
    ...criteria.map(([criterion, values]) => [criterion, ascending(meanOf(values))] as const),
    ...Object.entries(RANDOM).map(([name, seed]) => [name, shuffled(places.length, seeded(seed))] as const),
    ['ablation', ascending(meanOf(effectsOf(samples)))] as const,
  ])
}

/** Curves of orders over those of the samples that heads were removed for. */
export async function pruningCurves(
  kept: KeptAblation,
  orders: Record<string, readonly number[]>,
  rows: readonly SampleRow[],
  samples: readonly AblatedSample[],
): Promise<Record<string, PruningCurve>> {
  const curves: Record<string, PruningCurve> = {}
  for (const [criterion, order] of Object.entries(orders)) {
    const removed = await kept.order(rows, order)
    curves[criterion] = pruningCurve(
      rows.flatMap(({ id }, at) => {
        const after = removed.get(id)
        return after ? [{ sample: samples[at]!, ...after }] : []
      }),
    )
  }
  return curves
}
