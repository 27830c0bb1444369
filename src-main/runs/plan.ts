import { resolve } from 'node:path'
import type { ChosenFiles, InspectedModel } from '../compute/api'
import { assertSupported } from '../compute/supported'
import { chooseOutput } from '@headlight/explain'
import { HeadlightError } from '@shared/errors'
import { DEFAULT_METHOD_SETTINGS, type ModelTask } from '@headlight/explain/report'
import { type LabelMapping, type ModelFiles, type ModelInfo, type RunDefinition, type StartRun } from '@shared/api'
import { DEFAULT_METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { targetMisfit } from '@shared/target-fits'
import { VALUE } from '@shared/probabilities'
import type { TargetPolicy } from '@shared/target-policy'
import { typedTargetName } from '@shared/targets'

/**
 * A request with every default filled in for this model. Throws 'unsupported-model' with the reasons, and
 * 'usage' for settings that the model does not have.
 */
export function planRun(request: StartRun, model: InspectedModel): RunDefinition {
  assertSupported(model)
  const settings = request.settings ?? DEFAULT_METHOD_SETTINGS
  const task = plannedTask(request, model)
  const target = plannedTarget(request.target ?? { kind: 'predicted' }, task)
  if (settings.gmar.firstLayer >= model.layers) {
    throw usage(`The first layer of GMAR is ${settings.gmar.firstLayer}, but ${model.fileName} has ${model.layers}.`)
  }
  const misfit = targetMisfit(target, model)
  if (misfit !== null) throw usage(misfit)
  if (target.kind === 'region') {
    throw usage(
      `A region was drawn on one picture; a run explains class ${target.classIndex} over the masks of its images with truth:${target.classIndex}.`,
    )
  }
  const unknown = request.labelMapping?.find(([, classIndex]) => classIndex !== null && classIndex >= model.classes)
  if (unknown) {
    throw usage(
      `The label ${unknown[0]} is matched to class ${unknown[1]}, and the model has ${model.classes} (from 0).`,
    )
  }
  const name = model.fileName.replace(/\.onnx$/i, '')
  return {
    modelPath: resolve(request.modelPath),
    dataPath: resolve(request.dataPath),
    masksPath: request.masksPath ? resolve(request.masksPath) : null,
    methods: plannedMethods(request.methods, model),
    settings,
    target,
    preprocessing: model.preprocessing,
    ...(model.preprocessingWarnings.length > 0 && { preprocessingWarnings: model.preprocessingWarnings }),
    labels: task === 'regression' ? numberNames(model) : model.labels,
    // Left out where empty, so that the identity of such runs does not change.
    ...(model.labelKeys ? { labelKeys: model.labelKeys } : {}),
    ...(request.labelMapping?.length ? { labelMapping: inOrder(request.labelMapping) } : {}),
    ...(request.maskKind && request.maskKind !== 'auto' ? { maskKind: request.maskKind } : {}),
    ...(request.maskVoid === undefined ? {} : { maskVoid: request.maskVoid }),
    ...(request.labelSource && request.labelSource !== 'auto' ? { labelSource: request.labelSource } : {}),
    ...(request.numbersFrom === undefined ? {} : { numbersFrom: request.numbersFrom }),
    ...(request.matchByOrder ? { matchByOrder: true as const } : {}),
    precision: request.precision ?? 'fp32',
    provider: request.provider ?? 'auto',
    batch: model.dynamicBatch ? (request.batch ?? 'auto') : 1,
    limit: request.limit ?? null,
    // Left out where a former version had no choice, so that its runs are still found by their definition.
    ...outputOf(request, model),
    ...(model.tower !== undefined && { tower: model.tower }),
    ...(model.noObject === undefined ? {} : { noObject: model.noObject }),
    ...(task !== 'single-label' && { task }),
    name: request.name ?? `${name}${about(target, model)}`,
  }
}

/** In the catalogue's order, so that equal choices have equal definitions; none of a model without maps. */
function plannedMethods(wanted: readonly MethodId[] | undefined, { fileName, noMaps }: ModelInfo): MethodId[] {
  if (noMaps !== undefined && wanted && wanted.length > 0)
    throw usage(`${fileName} has head scores and no maps of methods: ${noMaps}`)
  const chosen = new Set(wanted ?? (noMaps === undefined ? DEFAULT_METHODS : []))
  return METHOD_IDS.filter((id) => chosen.has(id))
}

/** The output that is explained, where it is not the one that is found; with class vectors, what they stand beside. */
function outputOf(
  { output }: StartRun,
  { outputs, output: found, classVectors }: ModelInfo,
): Pick<RunDefinition, 'output' | 'classVectors' | 'features'> {
  if (classVectors) {
    const { hash, source, kind, readout, prompts } = classVectors
    return {
      output: found,
      classVectors: { hash, source, kind, ...(prompts && { prompts }) },
      ...(readout && { features: readout }),
    }
  }
  return output && output !== chooseOutput(outputs) ? { output } : {}
}

/** What tells a run from others of the same model; the prediction is what a run explains unless told otherwise. */
function about(target: TargetPolicy, { labels, tower, classVectors }: ModelInfo & ModelFiles): string {
  const parts = [
    ...(target.kind === 'predicted' ? [] : [typedTargetName(target, labels)]),
    ...(tower === undefined ? [] : [`tower ${tower}`]),
    // Not the file's name, since names belong to a run's identity and the file may be called something else later.
    ...(classVectors === undefined ? [] : [vectorsInWords(classVectors, labels.length)]),
  ]
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

const vectorsInWords = ({ kind, prompts }: NonNullable<ModelInfo['classVectors']>, classes: number) =>
  prompts ? `${classes} classes of ${prompts.length} prompts` : `${kind}, ${classes} class vectors`

/** What a request names in place of what lies beside the model. */
export function chosenFiles({ preprocessing, preprocessPath, labelsPath, resizeBackend }: StartRun): ChosenFiles {
  return { preprocessing, preprocessPath, labelsPath, resizeBackend }
}

/** The files that were found, apart from the model itself. */
export function modelFiles({
  preprocessing,
  preprocessingOrigins,
  preprocessingWarnings,
  warnedParts,
  labels,
  labelKeys,
  labelsSource,
  taskSource,
  noObject,
}: ModelFiles): ModelFiles {
  const found = { preprocessing, preprocessingOrigins, preprocessingWarnings, ...(warnedParts && { warnedParts }) }
  return { ...found, labels, labelKeys, labelsSource, taskSource, ...(noObject !== undefined && { noObject }) }
}

/** The model itself, without the files beside it. */
export function modelInfo({ labelMapping: _mapping, ...inspected }: InspectedModel): ModelInfo {
  const model: ModelInfo & Partial<ModelFiles> = { ...inspected }
  for (const key of Object.keys(modelFiles(inspected)) as (keyof ModelFiles)[]) delete model[key]
  return model
}

/** By label, so that equal mappings have equal definitions; of several for one label the last one is used. */
function inOrder(mapping: LabelMapping): LabelMapping {
  return [...new Map(mapping)].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The number of a regression is explained where others explain the prediction; labels are no classes there. Throws 'usage'. */
function plannedTarget(target: TargetPolicy, task: ModelTask): TargetPolicy {
  if (task !== 'regression') return target
  if (target.kind === 'predicted') return { kind: 'class', classIndex: VALUE }
  if (target.kind === 'class') return target
  throw usage(
    'A regression has one number, which is its prediction, and no labels; leave the target out, or choose 1 for the number and 0 for its negative.',
  )
}

/** The number of a regression by the name that a file gives it, else that of its output; its negative comes first. */
function numberNames({ labels, labelsSource, output, classVectors }: InspectedModel): string[] {
  if (classVectors) return labels
  const named = labels[VALUE]!
  const isPlain = labelsSource.startsWith('class numbers') || /^(not )?LABEL_\d$/.test(named)
  const name = isPlain ? (/logit|^output|^\d+$/i.test(output) ? 'value' : output) : named
  return [`minus ${name}`, name]
}

/** How logits become probabilities: as asked, where the graph leaves that open. */
function plannedTask({ task }: StartRun, model: ModelInfo): ModelTask {
  if (!task || task === model.task) return model.task
  const isOne = model.task === 'binary' || model.task === 'regression'
  if (isOne && model.ending === 'none' && (task === 'regression' || task === 'binary')) return task
  if (isOne) {
    throw usage('The model has a single value an image, so it is binary (class 1 against class 0) or a regression.')
  }
  if (task === 'regression' || task === 'binary') {
    throw usage(
      `A ${task} task has one value an image, and this model gives ${model.classes}; choose multi-label and a class to explain each by itself.`,
    )
  }
  if (model.dense)
    throw usage(
      'Of a detector or a segmentation probabilities are not chosen: the notes of the model say what they are.',
    )
  if (model.ending !== 'none') throw usage(`The model ends in a ${model.ending}, so it is ${model.task}.`)
  return task
}

function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
