/** What an ablation says of some of its samples, as windows, figures and reports read it. */
import {
  type AblatedSample,
  type AblationSummary,
  accuracyOf,
  criteriaOfAll,
  effectsOf,
  type HeadFillKind,
  type HeadPlace,
  type PruningCurve,
  summariseEffects,
} from './ablation-summary'
import { type Agreement, agreementOf, meanOf } from './agreement'
import { type Interval, quantile, type Resamples } from './bootstrap'
import { CRITERIA, type CriterionId } from './head-criteria'

export type MeasuredHead = AblationSummary['heads'][number] & {
  /** Of `absDeltaLogit`. */
  low: number
  high: number
  /** Share of the resamples in which no head has a larger effect. */
  first: number
}

/** Mean |change of the logit| of every head over the samples of one group. */
export interface HeadGroupEffect {
  /** A class index as text, or 'correct' and 'wrong'. */
  key: string
  n: number
  absDeltaLogit: Float32Array
}

export interface HeadEvaluation {
  /** Samples that could be read and match the filter. */
  n: number
  /** Those that were asked for and match the filter. */
  asked: number
  kind: HeadFillKind
  /** Of the unchanged model; NaN without labels. */
  accuracy: number
  labelled: number
  heads: MeasuredHead[]
  /** Places in `heads`, the largest effect first. */
  order: number[]
  /** Effect of the first less that of the second, the same images in the same resamples; NaN with a single head. */
  lead: Interval
  /** Means over samples, one a head. */
  criteria: Record<CriterionId, Float64Array>
  agreement: Record<CriterionId, Agreement>
  pruning: Record<string, PruningCurve>
  byClass: HeadGroupEffect[]
  byOutcome: HeadGroupEffect[]
}

/** @param giveWay called between pieces of work, so that a thread's other work goes on */
export async function evaluateHeads(
  kind: HeadFillKind,
  samples: readonly AblatedSample[],
  places: readonly HeadPlace[],
  resamples: Resamples,
  giveWay: () => Promise<void>,
): Promise<Omit<HeadEvaluation, 'asked' | 'pruning'>> {
  const effects = effectsOf(samples)
  const criteria = criteriaOfAll(samples, places)
  const layerOf = places.map(({ layer }) => layer)
  const agreement: Partial<Record<CriterionId, Agreement>> = {}
  for (const criterion of CRITERIA) {
    agreement[criterion] = agreementOf(criteria[criterion], effects, layerOf, resamples)
    await giveWay()
  }
  const resampled = resamples.map((at) => meanOf(effects, at))
  await giveWay()
  const measured = summariseEffects(samples, places).map((head, at): MeasuredHead => {
    const sorted = Float64Array.from(resampled, (means) => means[at]!).sort()
    const first = resampled.filter((means) => means.every((mean) => mean <= means[at]!)).length / resampled.length
    return { ...head, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975), first }
  })
  const order = [...measured.keys()].sort((a, b) => measured[b]!.absDeltaLogit - measured[a]!.absDeltaLogit || a - b)
  return {
    n: samples.length,
    kind,
    accuracy: accuracyOf(samples, (at) => samples[at]!.unchanged.predicted),
    labelled: samples.filter(({ label }) => label !== null).length,
    heads: measured,
    order,
    lead: leadOf(meanOf(effects), resampled, order),
    criteria: Object.fromEntries(CRITERIA.map((each) => [each, meanOf(criteria[each])])) as HeadEvaluation['criteria'],
    agreement: agreement as HeadEvaluation['agreement'],
    byClass: groupsOf(samples, effects, ({ label }) => (label === null ? null : String(label))),
    byOutcome: groupsOf(samples, effects, ({ label, unchanged }) =>
      label === null ? null : label === unchanged.predicted ? 'correct' : 'wrong',
    ),
  }
}

function leadOf(means: Float64Array, resampled: readonly Float64Array[], order: readonly number[]): Interval {
  const [first, second] = order
  if (first === undefined || second === undefined) return { mean: NaN, low: NaN, high: NaN }
  const sorted = Float64Array.from(resampled, (of) => of[first]! - of[second]!).sort()
  return { mean: means[first]! - means[second]!, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
}

function groupsOf(
  samples: readonly AblatedSample[],
  effects: readonly Float64Array[],
  keyOf: (sample: AblatedSample) => string | null,
): HeadGroupEffect[] {
  const groups = Map.groupBy(samples.keys(), (at) => keyOf(samples[at]!))
  groups.delete(null)
  return [...groups]
    .map(([key, at]) => ({
      key: key!,
      n: at.length,
      absDeltaLogit: Float32Array.from(meanOf(effects, Uint32Array.from(at))),
    }))
    .sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }))
}
