/** What a careful referee would write about an evaluation of maps: made from its numbers alone. */
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { againstRollout, BASELINE, type Told } from './against-rollout'
import type { MapEvaluation } from './map-evaluation'
import { METRIC_NAMES } from './metric-names'
import { CONTROLS, type MetricId } from './metrics'
import { concordance, ranksOf } from './ranking'
import { survivesShuffling, unbeaten } from './verdict'
import { listed } from './words'

/** Fewer images than this are said to be few. */
const FEW = 30

/** Sentences, the most important first. */
export function refereeVerdict(evaluation: MapEvaluation): string[] {
  const { n, summary, methods } = evaluation
  if (n < 2) return ['A single image says nothing about a model: nothing is claimed.']
  const controlled = (Object.keys(summary.metrics) as MetricId[]).filter((metric) => hasControls(evaluation, metric))
  const speaking = controlled.filter((metric) =>
    methods.some((method) => isMeasured(evaluation, metric, method) && unbeaten(summary, metric, method).length === 0),
  )
  return [
    ...silentOf(controlled, speaking),
    ...againstBaseline(evaluation, speaking),
    ...agreementOf(evaluation),
    ...fillOf(evaluation),
    ...shufflingOf(evaluation),
    ...cautionOf(evaluation, speaking),
  ]
}

function silentOf(controlled: readonly MetricId[], speaking: readonly MetricId[]): string[] {
  const silent = controlled.filter((metric) => !speaking.includes(metric))
  if (controlled.length === 0 || silent.length === 0) return []
  if (speaking.length === 0)
    return ['No method is shown to beat both controls in any metric, so nothing here speaks for one of them.']
  const say = silent.length === 1 ? 'it says' : 'they say'
  return [`In ${names(silent)} no method is shown to beat both controls, so ${say} nothing here.`]
}

function againstBaseline({ methods, summary }: MapEvaluation, speaking: readonly MetricId[]): string[] {
  if (speaking.length === 0) return []
  if (!methods.includes(BASELINE))
    return ['Plain rollout was not evaluated, so no method is held against a map that knows nothing of the class.']
  const verdicts = methods
    .filter((method) => method !== BASELINE)
    .map((method) => {
      const of = (told: Told) => speaking.filter((metric) => againstRollout(summary, metric, method)?.told === told)
      return { method, better: of('better'), worse: of('worse'), same: of('same') }
    })
  const untold = verdicts.filter(({ better, worse, same }) => better.length + worse.length === 0 && same.length > 0)
  const told = verdicts.filter(({ better, worse }) => better.length + worse.length > 0)
  const all = speaking.length === 1 ? names(speaking) : `any of the ${speaking.length} metrics that say something`
  return [
    ...(untold.length > 0
      ? [`${methodNames(untold)} ${untold.length === 1 ? 'is' : 'are'} not told from plain rollout in ${all}.`]
      : []),
    ...told.map(({ method, better, worse, same }) => {
      const parts = [
        ...(better.length > 0 ? [`better than plain rollout in ${names(better)}`] : []),
        ...(worse.length > 0 ? [`worse ${better.length > 0 ? '' : 'than plain rollout '}in ${names(worse)}`] : []),
        ...(same.length > 0 ? [`not told from it in ${names(same)}`] : []),
      ]
      return `${METHODS[method].name} is ${parts.length > 1 ? `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}` : parts.join()}.`
    }),
  ]
}

function agreementOf({ summary, methods }: MapEvaluation): string[] {
  const found = concordance(summary, methods)
  if (found === null || Number.isNaN(found.w)) return []
  const { w, metrics } = found
  const much =
    w < 0.4
      ? 'hardly agree on the order of the methods: which one wins depends on the metric'
      : w < 0.7
        ? 'agree in part on the order of the methods'
        : 'largely agree on the order of the methods'
  const numbers = `Kendall’s W ${w.toFixed(2)}, ${metrics.length} metrics, ${methods.length} methods`
  return [`The metrics ${much} (${numbers}).`]
}

/** Where another fill makes another method the best one. */
function fillOf({ summary, methods }: MapEvaluation): string[] {
  return (['deletion', 'insertion'] as const).flatMap((kind) => {
    const [mean, blur] = (['mean', 'blur'] as const).map((fill) => bestOf(summary, `${kind}_${fill}`, methods))
    if (mean === null || mean === undefined || blur === null || blur === undefined || mean === blur) return []
    const [a, b] = [METHODS[mean].name, METHODS[blur].name]
    return [`Which method comes first under ${kind} depends on the fill: ${a} under the mean, ${b} under the blur.`]
  })
}

function bestOf(summary: MapEvaluation['summary'], metric: MetricId, methods: readonly MethodId[]): MethodId | null {
  const ranks = ranksOf(summary, metric, methods)
  return ranks === null ? null : methods[ranks.indexOf(Math.min(...ranks))]!
}

function shufflingOf({ summary, methods }: MapEvaluation): string[] {
  const surviving = (metric: MetricId) =>
    summary.metrics[metric] ? methods.filter((method) => survivesShuffling(summary, metric, method)) : []
  const last = surviving('randomisation_last')
  const all = surviving('randomisation_all')
  const maps = (of: readonly MethodId[]) =>
    `${of.length === 1 ? 'the map' : 'maps'} of ${listed(of.map((method) => METHODS[method].name))}`
  return [
    ...(last.length > 0
      ? [
          `With the last block’s weights shuffled, ${maps(last)} ${last.length === 1 ? 'is' : 'are'} no less like the original than the next image’s map: what that block does cannot be read from ${last.length === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...(all.length > 0
      ? [`The same holds of ${maps(all)} with all blocks shuffled: there the picture is shown, not the model.`]
      : []),
  ]
}

function cautionOf({ n, methods, summary }: MapEvaluation, speaking: readonly MetricId[]): string[] {
  const comparisons = speaking.flatMap((metric) =>
    methods.filter((method) => againstRollout(summary, metric, method) !== null),
  ).length
  const few = n < FEW ? [`${n} images are few: intervals of so few are too narrow rather than too wide.`] : []
  if (comparisons < 10) return few
  const chance = Math.round(comparisons / 20)
  return [
    ...few,
    `Each interval stands for itself at 95 %: of ${comparisons} differences to plain rollout some ${Math.max(1, chance)} would exclude 0 by chance.`,
  ]
}

function hasControls({ summary }: MapEvaluation, metric: MetricId): boolean {
  return CONTROLS.every((control) => summary.metrics[metric]?.[control] !== undefined)
}

function isMeasured({ summary }: MapEvaluation, metric: MetricId, method: string): boolean {
  return !Number.isNaN(summary.metrics[metric]?.[method]?.mean ?? NaN)
}

const names = (metrics: readonly MetricId[]) => listed(metrics.map((metric) => METRIC_NAMES[metric]))
const methodNames = (of: readonly { method: MethodId }[]) => listed(of.map(({ method }) => METHODS[method].name))
