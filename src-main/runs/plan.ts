import { basename, resolve } from 'node:path'
import { readLabels, readPreprocessing } from '../compute/model-files'
import { HeadlightError } from '@shared/errors'
import {
  DEFAULT_METHOD_SETTINGS,
  type ModelFiles,
  type ModelInfo,
  type RunDefinition,
  type StartRun,
} from '@shared/api'
import { DEFAULT_METHODS, METHOD_IDS } from '@shared/methods'

/**
 * What a request means for this model, with every default filled in. Throws 'unsupported-model' with the reasons, and
 * 'usage' for settings that the model does not have.
 */
export function planRun(request: StartRun, model: ModelInfo & ModelFiles): RunDefinition {
  assertSupported(model)
  const settings = request.settings ?? DEFAULT_METHOD_SETTINGS
  const target = request.target ?? { kind: 'predicted' }
  if (settings.gmar.firstLayer >= model.layers) {
    throw usage(`The first layer of GMAR is ${settings.gmar.firstLayer}, but ${model.fileName} has ${model.layers}.`)
  }
  if (target.kind === 'class' && target.classIndex >= model.classes) {
    throw usage(`Class ${target.classIndex} is not one of the model's ${model.classes} (counted from 0).`)
  }
  const chosen = new Set(request.methods ?? DEFAULT_METHODS)
  return {
    modelPath: resolve(request.modelPath),
    dataPath: resolve(request.dataPath),
    masksPath: request.masksPath ? resolve(request.masksPath) : null,
    // In the catalogue's order, so that equal choices are equal definitions.
    methods: METHOD_IDS.filter((id) => chosen.has(id)),
    settings,
    target,
    preprocessing: model.preprocessing,
    labels: model.labels,
    precision: request.precision ?? 'fp32',
    provider: request.provider ?? 'auto',
    batch: model.dynamicBatch ? (request.batch ?? 'auto') : 1,
    limit: request.limit ?? null,
    name: request.name ?? model.fileName.replace(/\.onnx$/i, ''),
  }
}

/** The model with the preprocessing and class names that the user named in place of those found beside it. */
export async function withChosenFiles(
  model: ModelInfo & ModelFiles,
  { preprocessPath, labelsPath }: StartRun,
): Promise<ModelInfo & ModelFiles> {
  assertSupported(model)
  const chosen = { ...model }
  if (preprocessPath) chosen.preprocessing = await readPreprocessing(resolve(preprocessPath), model)
  if (labelsPath) {
    chosen.labels = await readLabels(resolve(labelsPath), model.classes)
    chosen.labelsSource = basename(labelsPath)
  }
  return chosen
}

export function assertSupported(model: ModelInfo): void {
  if (model.supported) return
  throw new HeadlightError('unsupported-model', `${model.fileName} cannot be explained. ${model.reasons.join(' ')}`)
}

function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
