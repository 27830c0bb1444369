/** Which head matters most, whether a score knew, and how sure that is: made from the numbers of an ablation alone. */
import { ranks } from '@shared/heatmap/agreement'
import { CRITERION_NAMES } from './criterion-names'
import type { HeadEvaluation } from './head-evaluation'
import { CRITERIA, type CriterionId } from './head-criteria'
import { ordinal, plainNumber, withInterval } from './words'

/** Sentences in the order of the questions. `of` says which images, such as "images of Shirt". */
export function headVerdict(evaluation: HeadEvaluation, of: string, criterion: CriterionId): string[] {
  const { n, heads, order } = evaluation
  if (n === 0 || heads.length === 0) return []
  if (n === 1) return ['A single image says nothing about a head in general: nothing is claimed.']
  const first = heads[order[0]!]!
  const effect = withInterval({ mean: first.absDeltaLogit, low: first.low, high: first.high })
  return [
    `Without ${nameOf(first)} the logit of the predicted class changes most: by ${effect} on average over ${n} ${of}.`,
    ...leadOf(evaluation),
    knewOf(evaluation, criterion),
    ...agreementOf(evaluation, criterion),
    ...(n < 30 ? [`${n} images are few: intervals of so few are too narrow rather than too wide.`] : []),
  ]
}

function leadOf({ heads, order, lead }: HeadEvaluation): string[] {
  const [first, second] = order.map((at) => heads[at]!)
  if (first === undefined || second === undefined) return []
  const share = `${Math.round(first.first * 100)} % of the resamples`
  const [next, effect] = [nameOf(second), plainNumber(second.absDeltaLogit)]
  return lead.low > 0
    ? [`It comes first in ${share}; next is ${next} with ${effect}, told from it by ${withInterval(lead)}.`]
    : [
        `It comes first in only ${share}: ${next}, with ${effect}, is not told from it (${withInterval(lead)}), so which of the two is open.`,
      ]
}

/** Places by a criterion, the highest first, among all heads and within the layer. */
export function placesOf(
  { criteria, heads }: HeadEvaluation,
  at: number,
  criterion: CriterionId,
): { overall: number; inLayer: number; ofLayer: number } {
  const values = criteria[criterion]
  const layer = [...heads.keys()].filter((other) => heads[other]!.layer === heads[at]!.layer)
  const placeIn = (among: readonly number[]) => ranks(among.map((other) => -values[other]!))[among.indexOf(at)]!
  return { overall: placeIn([...heads.keys()]), inLayer: placeIn(layer), ofLayer: layer.length }
}

function knewOf(evaluation: HeadEvaluation, criterion: CriterionId): string {
  const { heads, order } = evaluation
  const { overall, inLayer, ofLayer } = placesOf(evaluation, order[0]!, criterion)
  const name = CRITERION_NAMES[criterion]
  const where = `${ordinal(Math.round(overall))} of all ${heads.length} heads and ${ordinal(Math.round(inLayer))} of the ${ofLayer} in its layer`
  const knew =
    overall === 1
      ? 'it knew'
      : overall <= Math.max(2, heads.length / 10)
        ? 'it nearly knew'
        : inLayer === 1 && ofLayer > 1
          ? 'it knew within the layer, not beyond it'
          : 'it did not know'
  return `${name[0]!.toUpperCase()}${name.slice(1)} has it ${where}: ${knew}.`
}

function agreementOf({ agreement }: HeadEvaluation, criterion: CriterionId): string[] {
  const { spearman, low, high, withinLayer } = agreement[criterion]
  if (Number.isNaN(spearman)) return []
  const sign =
    low <= 0 && high >= 0
      ? 'not told from no sign at all'
      : high < 0
        ? 'a sign that points the wrong way'
        : spearman < 0.5
          ? 'a weak sign'
          : spearman < 0.8
            ? 'a fair sign'
            : 'a good sign'
  const within = Number.isNaN(withinLayer) ? '' : `, ${plainNumber(withinLayer)} within a layer`
  const own = `Over all heads it agrees with the effect by a Spearman of ${withInterval({ mean: spearman, low, high })}${within}: ${sign}.`
  const best = bestOf(agreement)
  if (best === null || best === criterion) return [own]
  return [
    own,
    `Of the scores, ${CRITERION_NAMES[best]} tells it best: ${withInterval({ ...agreement[best], mean: agreement[best].spearman })}.`,
  ]
}

function bestOf(agreement: HeadEvaluation['agreement']): CriterionId | null {
  const defined = CRITERIA.filter((criterion) => !Number.isNaN(agreement[criterion].spearman))
  if (defined.length === 0) return null
  return defined.reduce((best, each) => (agreement[each].spearman > agreement[best].spearman ? each : best))
}

const nameOf = ({ layer, head }: { layer: number; head: number }) => `head ${head} of layer ${layer}`
