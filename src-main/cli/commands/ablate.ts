/** `ablate`: what a run's model loses without each of its heads, and which scores knew it. */
import { seeded } from '@headlight/explain/random'
import {
  type AblationSummary,
  HEAD_FILLS,
  type HeadEffect,
  summariseAblation,
} from '@shared/evaluation/ablation-summary'
import { resample } from '@shared/evaluation/bootstrap'
import { areaUnder } from '@shared/evaluation/pruning'
import { ablateRun } from '../../runs/evaluation/ablate-run'
import type { AblationProgress } from '../../runs/evaluation/ablation-request'
import { chosenOf } from '../chosen-samples'
import { type CommandContext, EXIT } from '../command'
import { openRun } from '../open-project'
import { flag, oneOf } from '../options'
import { duration, type Output, percent, table } from '../output'
import { sayUnread } from '../unread-images'

const SEED = 15
const SHOWN = 10

export async function execute({ options, output, backend, signal }: CommandContext): Promise<number> {
  const kind = oneOf(options, 'kind', HEAD_FILLS, 'zero')
  const run = await openRun(backend(), options)
  const rows = await chosenOf(backend(), run, options)
  const { library, compute } = backend()
  const onProgress = (progress: AblationProgress) => output.status(progressLine(progress))
  output.status('Reading the model')
  const withPruning = !flag(options, 'without-pruning')
  const { samples, places, pruning, errors } = await ablateRun(
    { run, samples: rows, kind, withPruning },
    { library, compute, onProgress, signal },
  )
  output.endStatus()
  if (samples.length === 1) output.note('Intervals over a single image say nothing.')
  sayUnread(output, rows, errors)
  const summary = { ...summariseAblation(kind, samples, places, resample(samples.length, seeded(SEED))), pruning }
  output.document({ run: { id: run.id, name: run.name }, ...summary })
  print(output, summary, samples.filter(({ label }) => label !== null).length)
  return EXIT.done
}

function progressLine({ phase, done, total, secondsLeft }: AblationProgress): string {
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`
  return `${phase}: ${done} of ${total} images${left}`
}

function print(output: Output, summary: AblationSummary, labelled: number): void {
  const { n, kind, accuracy, heads, agreement, pruning } = summary
  output.line(`${n} images, heads switched off: ${kind}; ${wholeAccuracy(accuracy, labelled, n)}`)
  output.line()
  const strongest = heads.toSorted((a, b) => b.absDeltaLogit - a.absDeltaLogit).slice(0, SHOWN)
  output.line(
    table(
      ['without', 'mean |change of logit|', 'logit lost', 'p lost', 'accuracy'],
      strongest.map((head) => [
        nameOf(head),
        number(head.absDeltaLogit),
        number(head.deltaLogit),
        number(head.deltaProbability),
        percent(head.accuracy),
      ]),
    ),
  )
  output.line()
  const rows = Object.entries(agreement).map(([criterion, of]) => [
    criterion,
    ...[of.spearman, of.low, of.high, of.pearson, of.withinLayer, of.perImage].map(number),
  ])
  output.line(
    table(['agreement with the change', 'Spearman', 'low', 'high', 'Pearson', 'within a layer', 'an image'], rows),
  )
  if (Object.keys(pruning).length === 0) return
  output.line()
  const curves = Object.entries(pruning).map(([criterion, { auc, probability }]) => [
    criterion,
    number(auc),
    number(areaUnder(probability)),
  ])
  output.line(table(['removed in ascending order of', 'area under accuracy', 'area under p'], curves))
}

function wholeAccuracy(accuracy: number, labelled: number, n: number): string {
  if (labelled === 0) return 'none of them has a label that is a class of the model'
  const over = labelled < n ? ` of the ${labelled} that have a label` : ''
  return `accuracy of the unchanged model ${percent(accuracy)}${over}`
}

const nameOf = ({ layer, head }: HeadEffect) => `head(${layer},${head})`
const number = (value: number) => (Number.isFinite(value) ? value.toFixed(3) : '-')
