/** `evaluate`: how faithful the maps of a run are, measured on its own pictures. */
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { seeded } from '@headlight/explain/random'
import { evaluateRun, type EvaluationProgress } from '../../runs/evaluation/evaluate-run'
import { resample } from '@shared/evaluation/bootstrap'
import { FILLS, isControl, METRIC_GROUPS, type MetricId, partsOf } from '@shared/evaluation/metrics'
import { type EvaluationSummary, summarise } from '@shared/evaluation/summarise'
import { survivesShuffling, unbeaten } from '@shared/evaluation/verdict'
import { typedTargetName } from '@shared/targets'
import type { RunInfo } from '@shared/api'
import { chosenOf } from '../chosen-samples'
import { type CommandContext, EXIT } from '../command'
import { openRun } from '../open-project'
import { methods as methodsGiven, oneOf, text, wholeNumber } from '../options'
import type { OptionValues } from '../command'
import { duration, type Output, table } from '../output'
import { sayUnread } from '../unread-images'
import { usage } from '../usage'

const SEED = 15

export async function execute({ options, output, backend, signal }: CommandContext): Promise<number> {
  const fill = oneOf(options, 'fill', [...FILLS, 'both'] as const, 'both')
  const steps = wholeNumber(options, 'steps', 1) ?? 20
  const parts = partsOf(groupsOf(options), fill === 'both' ? FILLS : [fill])
  const run = await openRun(backend(), options)
  const methods = methodsOf(options, run)
  const samples = await chosenOf(backend(), run, options)
  const progress = (now: EvaluationProgress) => output.status(progressLine(now))
  output.status(`Reading the model`)
  const request = { run, samples, parts, methods, settings: { steps, labelMapping: run.definition.labelMapping } }
  const { library, compute } = backend()
  const evaluated = await evaluateRun(request, { library, compute, onProgress: progress, signal })
  output.endStatus()
  const n = evaluated.samples.length
  if (n === 1) output.note('Intervals over a single image say nothing.')
  sayUnread(output, samples, evaluated.errors)
  const defined = evaluated.values.filter(({ metric, methods: of }) => {
    const isDefined = of.some(({ values }) => values.some((value) => !Number.isNaN(value)))
    if (!isDefined) output.note(`${metric} is defined for none of these images${whyNone(metric)}.`)
    return isDefined
  })
  const summary = summarise(n, defined, resample(n, seeded(SEED)))
  output.document({ run: { id: run.id, name: run.name }, ...summary })
  print(output, run, summary)
  if (evaluated.residual === false)
    output.note(
      'Randomisation: no residual sums lie between the blocks, so they were told apart by their products A V.',
    )
  return EXIT.done
}

function groupsOf(options: OptionValues) {
  const value = text(options, 'metrics')
  if (value === undefined) return METRIC_GROUPS
  return value.split(',').map((word) => {
    const found = METRIC_GROUPS.find((group) => group === word.trim())
    if (!found) throw usage(`--metrics knows ${METRIC_GROUPS.join(', ')}; not "${word.trim()}".`)
    return found
  })
}

/** Those of the run unless told otherwise, in the order of METHODS. */
function methodsOf(options: OptionValues, { definition }: RunInfo): MethodId[] {
  const value = text(options, 'methods')
  const wanted = value === 'all' ? METHOD_IDS : value === undefined ? definition.methods : methodsGiven(options)
  return METHOD_IDS.filter((method) => wanted.includes(method))
}

function progressLine({ done, total, secondsLeft }: EvaluationProgress): string {
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`
  return `${done} of ${total} images${left}`
}

function whyNone(metric: string): string {
  if (['pointing', 'energy', 'iou'].includes(metric)) return ': none of them has a mask that can be read'
  return metric.includes('accuracy') ? ': none of them has a label that is a class of the model' : ''
}

function print(output: Output, { definition: { target, labels } }: RunInfo, summary: EvaluationSummary): void {
  const not = target.kind === 'predicted' ? '' : `, not ${typedTargetName(target, labels)} as in the run`
  const accuracy = summary.metrics.road_accuracy_morf ? '; road_accuracy is that of the label' : ''
  output.line(`${summary.n} images; means with 95 % intervals (bootstrap over images)`)
  output.line(`Maps and p are those of the class that the unchanged image is predicted as${not}${accuracy}`)
  for (const [metric, methods] of Object.entries(summary.metrics)) {
    const rows = Object.entries(methods).map(([method, { mean, low, high, missing }]) => {
      const controls = isControl(method) ? [] : unbeaten(summary, metric as MetricId, method)
      const verdict = survivesShuffling(summary, metric as MetricId, method)
        ? "not shown to be less alike than the next image's map"
        : controls.length === 0
          ? ''
          : `not shown to beat ${controls.join(' or ')}`
      return [method, number(mean), number(low), number(high), missing, verdict]
    })
    output.line()
    output.line(table([metric, 'mean', 'low', 'high', 'missing', ''], rows))
  }
}

const number = (value: number) => (Number.isFinite(value) ? value.toPrecision(4) : '-')
