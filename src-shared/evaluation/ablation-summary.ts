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
  /** Mean p of the class that the whole model predicts, likewise. */
  probability: number[]
  /** Of accuracy. */
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
  const criteria = criteriaOfAll(samples, places)
  const layerOf = places.map(({ layer }) => layer)
  return {
    ...{ n, kind },
    accuracy: accuracyOf(samples, (at) => samples[at]!.unchanged.predicted),
    heads: summariseEffects(samples, places),
    agreement: Object.fromEntries(
      CRITERIA.map((criterion) => [criterion, agreementOf(criteria[criterion], effects, layerOf, resamples)]),
    ) as Record<CriterionId, Agreement>,
  }
}

/** What is lost without each head. */
export function summariseEffects(samples: readonly AblatedSample[], places: readonly HeadPlace[]): HeadEffect[] {
  const absolute = meanOf(effectsOf(samples))
  return places.map((place, head) => ({
    ...place,
    accuracy: accuracyOf(samples, (at) => samples[at]!.without.prediction[head]!),
    deltaLogit: meanOver(samples, ({ unchanged, without }) => unchanged.logit - without.logit[head]!),
    absDeltaLogit: absolute[head]!,
    deltaProbability: meanOver(samples, ({ unchanged, without }) => unchanged.probability - without.probability[head]!),
  }))
}

/** @param removed by sample, p of its predicted class and its prediction after the first head, the second, .., `[heads]` each */
export function pruningCurve(
  removed: readonly { sample: AblatedSample; probability: Float32Array; prediction: Float32Array }[],
): PruningCurve {
  const samples = removed.map(({ sample }) => sample)
  const after = Array.from(removed[0]?.prediction ?? [], (_, k) => ({
    accuracy: accuracyOf(samples, (at) => removed[at]!.prediction[k]!),
    probability: meanOver(removed, ({ probability }) => probability[k]!),
  }))
  const whole = {
    accuracy: accuracyOf(samples, (at) => samples[at]!.unchanged.predicted),
    probability: meanOver(samples, ({ unchanged }) => unchanged.probability),
  }
  const accuracy = [whole, ...after].map((point) => point.accuracy)
  return { accuracy, probability: [whole, ...after].map((point) => point.probability), auc: areaUnder(accuracy) }
}

function meanOver<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0) / items.length
}
