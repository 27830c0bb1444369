import { resolve } from 'node:path'
import type { ErrorGroup, EstimateRun, RunInfo } from '@shared/api'
import { errorKind } from '@shared/error-kinds'
import type { UnmeasuredGroup } from '@shared/masks'
import type { TargetPolicy } from '@shared/target-policy'
import { contrastsWithLabel, typedTargetName } from '@shared/targets'
import type { InspectedModel } from '../../compute/api'
import { estimateRun } from '../../runs/estimate'
import { interruptedStatus } from '../../shell/interrupt'
import { type CommandContext, EXIT } from '../command'
import { datasetOptions, matchedLabels } from '../dataset-options'
import { LIKENESS, likeOf, modelChoiceOf } from '../model-choice'
import { maskOptions } from '../mask-options'
import { unmeasuredSentences } from '../mask-report'
import { supportedModel } from '../model-argument'
import { openOrCreate } from '../open-project'
import * as option from '../options'
import { regionOf } from '../region-target'
import { resizeBackend } from '../resize-backend-option'
import { type Output, duration, percent } from '../output'
import { TASKS } from '../declarations/choices'
import { usage } from '../usage'
import { type RunCost, diskLine, performRun } from '../perform-run'

/** Paths that are shown of each kind of error. */
const EXAMPLES = 3

interface RunDocument {
  run: RunInfo
  images: number
  seconds: number
  errors: ErrorGroup[]
  unmeasured: UnmeasuredGroup[]
}

export async function execute(context: CommandContext): Promise<number> {
  const { options, output, backend } = context
  const modelPath = option.required(options, 'model')
  const dataPath = option.required(options, 'data')
  const project = option.required(options, 'project')
  const choice = modelChoiceOf(options)
  const model = await supportedModel(context, modelPath, choice, {
    preprocessPath: option.text(options, 'preprocess'),
    resizeBackend: resizeBackend(options),
    labelFiles: option.texts(options, 'labels'),
  })
  if (regionOf(option.text(options, 'target'), model.labels) !== null) {
    throw usage(
      '--target region: is a mask over one picture; name the masks of all images with --masks and explain a class over them with --target truth:CLASS.',
    )
  }
  const request = {
    modelPath,
    dataPath,
    masksPath: option.text(options, 'masks'),
    ...maskOptions(options),
    labelMapping: matchedLabels(options, model.classes, model.labelMapping),
    ...datasetOptions(options),
    methods: option.methodsOf(options, model),
    settings: option.methodSettings(options),
    ...choice,
    task: option.text(options, 'task') === undefined ? undefined : option.oneOf(options, 'task', TASKS, 'single-label'),
    provider: option.provider(options),
    precision: option.precision(options),
    batch: option.text(options, 'batch') === 'auto' ? ('auto' as const) : option.wholeNumber(options, 'batch', 1),
    limit: option.wholeNumber(options, 'limit', 1),
    name: option.text(options, 'name'),
  }
  if (option.flag(options, 'estimate'))
    return printEstimate(context, { ...request, projectPath: resolve(project) }, model)
  const { notices, path } = await openOrCreate(backend(), project)
  for (const notice of notices) output.note(notice)
  const targets: TargetPolicy[] =
    likeOf(options) === null ? option.targets(options, model.labels) : [{ kind: 'class', classIndex: LIKENESS }]
  const documents: RunDocument[] = []
  for (const target of targets) {
    const name = nameFor(target, targets, request.name)
    const { run, cost } = await performRun(context, { ...request, target, name }, model)
    const errors = await backend().library.runs.errors({ runId: run.id })
    const unmeasured = await backend().library.runs.unmeasured({ runId: run.id })
    documents.push({ run, images: cost.images, seconds: cost.seconds, errors, unmeasured })
    printRun(output, run, cost, errors)
    for (const sentence of unmeasuredSentences(unmeasured)) output.line(`  ${sentence}`)
    if (run.state !== 'finished') break
  }
  output.document({ project: path, ...documents[0], ...(targets.length > 1 && { runs: documents }) })
  return statusOfRun(output, documents.at(-1)!.run)
}

/** Says what the run would take; nothing is written. */
async function printEstimate(
  { backend, output, signal }: CommandContext,
  request: EstimateRun,
  inspected: InspectedModel,
): Promise<number> {
  const estimate = await estimateRun(backend(), { ...request, measure: true }, { signal, inspected })
  output.document(estimate)
  output.line(diskLine(estimate))
  if (estimate.seconds !== null && estimate.imagesPerSecond !== null) {
    const rate = `${estimate.imagesPerSecond.toFixed(1)} images/s`
    output.line(`about ${duration(estimate.seconds)} at ${rate} (${estimate.rateSource})`)
  }
  return estimate.fits ? EXIT.done : EXIT.failed
}

/** Runs of one command that differ only in their target need different names. */
function nameFor(target: TargetPolicy, all: TargetPolicy[], name: string | undefined): string | undefined {
  return name !== undefined && target !== all[0] ? `${name} (${typedTargetName(target, [])})` : name
}

export function printRun(output: Output, run: RunInfo, cost: RunCost, errors: readonly ErrorGroup[]): void {
  output.line(`run ${run.id} (${run.name}): ${run.state}, ${run.done} of ${run.total} images`)
  for (const { code, count, examples } of errors) {
    output.line(`  ${count} ${count === 1 ? 'image' : 'images'} ${errorKind(code)}`)
    for (const { path, message } of examples.slice(0, EXAMPLES)) output.line(`    ${path}: ${message}`)
    if (count > EXAMPLES) output.line(`    and ${count - EXAMPLES} more: "samples --filter error:true" lists all`)
  }
  // A run of wrong predictions only says nothing about how many are right.
  if (run.labelled > 0 && !contrastsWithLabel(run.definition.target)) {
    output.line(`  accuracy    ${percent(run.correct / run.labelled)} (${run.correct} of ${run.labelled} labelled)`)
  }
  if (cost.images > 0) {
    const rate = cost.images / cost.seconds
    output.line(`  throughput  ${rate.toFixed(1)} images/s on ${run.provider}, batches of ${cost.batch}`)
  }
}

/** 0 for a finished run, 128 plus the signal's number for one that a signal paused, 1 for one that failed or paused by itself. */
export function statusOfRun(output: Output, run: RunInfo): number {
  if (run.state === 'finished') return EXIT.done
  if (run.error === null) return interruptedStatus()
  output.note(`headlight: ${run.error}`)
  return EXIT.failed
}
