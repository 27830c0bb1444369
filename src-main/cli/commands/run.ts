import { resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { EstimateRun, RunInfo } from '@shared/api'
import { estimateRun } from '../../runs/estimate'
import { type Command, type CommandContext, EXIT } from '../command'
import { readLabelFiles } from '../label-files'
import { supportedModel } from '../model-argument'
import { openOrCreate } from '../open-project'
import * as option from '../options'
import { type Output, duration, percent } from '../output'
import { type RunCost, diskLine, performRun } from '../perform-run'

export const run: Command = {
  name: 'run',
  summary: 'Computes a model over a folder of images, or goes on where that stopped.',
  usage:
    '--model M.onnx --data PATH --project P.headlight [--labels FILE].. [--preprocess FILE] [--target predicted|label|CLASS] [--methods ..] [--set ..] [--masks PATH] [--provider ..] [--precision ..] [--batch N|auto] [--limit N] [--name RUN] [--estimate] [--json]',
  options: {
    ...{ model: { type: 'string' }, data: { type: 'string' }, project: { type: 'string' } },
    ...{ labels: { type: 'string', multiple: true }, preprocess: { type: 'string' }, masks: { type: 'string' } },
    ...{ target: { type: 'string' }, methods: { type: 'string' }, set: { type: 'string', multiple: true } },
    ...{ provider: { type: 'string' }, precision: { type: 'string' }, batch: { type: 'string' } },
    ...{ limit: { type: 'string' }, name: { type: 'string' }, estimate: { type: 'boolean' } },
  },
  arguments: 0,
  async execute(context) {
    const { options, output, backend } = context
    const modelPath = option.required(options, 'model')
    const dataPath = option.required(options, 'data')
    const project = option.required(options, 'project')
    const model = await supportedModel(context, modelPath)
    const { labels, labelsPath, labelMapping } = await readLabelFiles(option.texts(options, 'labels'), model.labels)
    const request = {
      modelPath,
      dataPath,
      masksPath: option.text(options, 'masks'),
      preprocessPath: option.text(options, 'preprocess'),
      labelsPath,
      labelMapping,
      methods: option.methods(options),
      settings: option.methodSettings(options),
      target: option.target(options, labels),
      provider: option.provider(options),
      precision: option.precision(options),
      batch: option.text(options, 'batch') === 'auto' ? ('auto' as const) : option.wholeNumber(options, 'batch', 1),
      limit: option.wholeNumber(options, 'limit', 1),
      name: option.text(options, 'name'),
    }
    if (option.flag(options, 'estimate')) return printEstimate(context, { ...request, projectPath: resolve(project) })
    const { notices, path } = await openOrCreate(backend(), project)
    for (const notice of notices) output.note(notice)
    const { run, cost } = await performRun(context, request)
    output.document({ project: path, run, images: cost.images, seconds: cost.seconds })
    printRun(output, run, cost)
    return statusOfRun(run)
  },
}

/** Says what the run would take; nothing is written. */
async function printEstimate({ backend, output, signal }: CommandContext, request: EstimateRun): Promise<number> {
  const estimate = await estimateRun(backend(), { ...request, measure: true }, signal)
  output.document(estimate)
  output.line(diskLine(estimate))
  if (estimate.seconds !== null && estimate.imagesPerSecond !== null) {
    const rate = `${estimate.imagesPerSecond.toFixed(1)} images/s`
    output.line(`about ${duration(estimate.seconds)} at ${rate} (${estimate.rateSource})`)
  }
  return estimate.fits ? EXIT.done : EXIT.failed
}

export function printRun(output: Output, run: RunInfo, cost: RunCost): void {
  output.line(`run ${run.id} (${run.name}): ${run.state}, ${run.done} of ${run.total} images`)
  if (run.failed > 0) output.line(`  ${run.failed} images could not be computed; "samples" shows why`)
  if (run.labelled > 0) {
    output.line(`  accuracy    ${percent(run.correct / run.labelled)} (${run.correct} of ${run.labelled} labelled)`)
  }
  if (cost.images > 0) {
    const rate = cost.images / cost.seconds
    output.line(`  throughput  ${rate.toFixed(1)} images/s on ${run.provider}, batches of ${cost.batch}`)
  }
}

/** 0 finished, 130 paused by Ctrl-C; throws what made the run fail. */
export function statusOfRun(run: RunInfo): number {
  if (run.state === 'failed') throw new HeadlightError('process-died', run.error ?? 'The run failed.')
  return run.state === 'finished' ? EXIT.done : EXIT.interrupted
}
