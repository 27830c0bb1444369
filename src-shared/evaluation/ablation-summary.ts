/** `ablate --json`, from what was measured of every sample. */
import { type Agreement, agreementOf, meanOf } from './agreement'
import type { Resamples } from './bootstrap'
import { CRITERIA, criteriaOf, type CriterionId } from './head-criteria'
import { areaUnder } from './pruning'

export const HEAD_FILLS = ['zero', 'mean', 'uniform'] as const
export type HeadFillKind = (typeof HEAD_FILLS)[number]

/** What was measured of a sample; heads by their index in `HeadPlace`s. */
export interface AblatedSample {
  /** Class index of the label, null without one. */
  label: number | null
  /** Class, logit and p of the unchanged model. */
  unchanged: { predicted: number; logit: number; probability: number }
  /** `[7, heads]` */
  measures: Float32Array
  /** Without each head: logit and p of the predicted class, and the class with the highest logit. */
  without: { logit: Float32Array; probability: Float32Array; prediction: Float32Array }
}

export interface HeadPlace {
  layer: number
  head: number
}

export interface HeadEffect extends HeadPlace {
  /** Of the labelled images, without the head; NaN where none is. */
  accuracy: number
  /** Mean of what the logit of the predicted class loses. */
  deltaLogit: number
  /** Mean of its change without the sign. */
  absDeltaLogit: number
  /** Mean of what p loses. */
  deltaProbability: number
}

export interface PruningCurve {
  /** After no head is removed, after the first, .. after all. */
  accuracy: number[]
  auc: number
}

export interface AblationSummary {
  n: number
  kind: HeadFillKind
  /** Of the unchanged model. */
  accuracy: number
  heads: HeadEffect[]
  agreement: Record<CriterionId, Agreement>
  pruning: Record<string, PruningCurve>
}

/** |delta y_c| of every head, by sample. */
export function effectsOf(samples: readonly AblatedSample[]): Float64Array[] {
  return samples.map(({ unchanged, without }) =>
    Float64Array.from(without.logit, (logit) => Math.abs(logit - unchanged.logit)),
  )
}

/** Values of every criterion, by sample. */
export function criteriaOfAll(
  samples: readonly AblatedSample[],
  places: readonly HeadPlace[],
): Record<CriterionId, Float64Array[]> {
  const layerOf = places.map(({ layer }) => layer)
  const all = samples.map(({ measures }) => criteriaOf(measures, layerOf))
  return Object.fromEntries(CRITERIA.map((criterion) => [criterion, all.map((of) => of[criterion])])) as Record<
    CriterionId,
    Float64Array[]
  >
}

/** Share of the labelled samples whose class is the label; NaN without any. */
export function accuracyOf(samples: readonly AblatedSample[], classOf: (at: number) => number): number {
  let [right, labelled] = [0, 0]
  samples.forEach(({ label }, at) => {
    if (label === null) return
    labelled++
    if (classOf(at) === label) right++
  })
  return right / labelled
}

/** Everything but the pruning curves. */
export function summariseAblation(
  kind: HeadFillKind,
  samples: readonly AblatedSample[],
  places: readonly HeadPlace[],
  resamples: Resamples,
): Omit<AblationSummary, 'pruning'> {
  const n = samples.length
  const effects = effectsOf(samples)
  const absolute = meanOf(effects)
  const mean = (of: (sample: AblatedSample) => number) => samples.reduce((sum, sample) => sum + of(sample) / n, 0)
  const criteria = criteriaOfAll(samples, places)
  const layerOf = places.map(({ layer }) => layer)
  return {
    ...{ n, kind },
    accuracy: accuracyOf(samples, (at) => samples[at]!.unchanged.predicted),
    heads: places.map((place, head) => ({
      ...place,
      accuracy: accuracyOf(samples, (at) => samples[at]!.without.prediction[head]!),
      deltaLogit: mean(({ unchanged, without }) => unchanged.logit - without.logit[head]!),
      absDeltaLogit: absolute[head]!,
      deltaProbability: mean(({ unchanged, without }) => unchanged.probability - without.probability[head]!),
    })),
    agreement: Object.fromEntries(
      CRITERIA.map((criterion) => [criterion, agreementOf(criteria[criterion], effects, layerOf, resamples)]),
    ) as Record<CriterionId, Agreement>,
  }
}

/** @param predictions by sample, the class after k heads, `[heads + 1]` each */
export function pruningCurve(samples: readonly AblatedSample[], predictions: readonly Float32Array[]): PruningCurve {
  const accuracy = Array.from(predictions[0] ?? [], (_, k) => accuracyOf(samples, (at) => predictions[at]![k]!))
  return { accuracy, auc: areaUnder(accuracy) }
}
