/** What the form of a run holds, and the request that it becomes. */
import type { AppInfo, DatasetReport, LabelMapping, ModelReport, Preprocessing, StartRun } from '@shared/api'
import { DEFAULT_METHODS, METHOD_IDS, type MethodId } from '@shared/methods'
import { preprocessingMismatch } from '@shared/preprocessing'
import { PREDICTED, type TargetForm, targetObstacle, targetOf } from './target-form'

export interface RunForm {
  /** Empty takes the proposal. */
  projectPath: string
  name: string
  methods: MethodId[]
  target: TargetForm
  useMasks: boolean
  provider: NonNullable<StartRun['provider']>
  precision: NonNullable<StartRun['precision']>
  /** Null takes every sample. */
  limit: number | null
}

export const EMPTY_FORM: RunForm = {
  projectPath: '',
  name: '',
  methods: [...DEFAULT_METHODS],
  target: PREDICTED,
  useMasks: true,
  provider: 'auto',
  precision: 'fp32',
  limit: null,
}

/** The form with one method more or less, in the order of the catalogue. */
export function withMethod(form: RunForm, method: MethodId, wanted: boolean): RunForm {
  const methods = METHOD_IDS.filter((id) => (id === method ? wanted : form.methods.includes(id)))
  return { ...form, methods }
}

/** What was chosen or changed of the files beside the model, and of the matching of labels. */
export interface Chosen {
  modelPath: string
  labelsPath: string | null
  /** What the run will use, null before it is known. */
  preprocessing: Preprocessing | null
  labelMapping: LabelMapping
}

export function startRun(form: RunForm, chosen: Chosen, dataset: DatasetReport): StartRun {
  const { modelPath, labelsPath, preprocessing, labelMapping } = chosen
  return {
    modelPath,
    dataPath: dataset.path,
    labelsPath,
    preprocessing,
    labelMapping,
    masksPath: form.useMasks ? (dataset.masks?.path ?? null) : null,
    methods: form.methods,
    target: targetOf(form.target) ?? undefined,
    provider: form.provider,
    precision: form.precision,
    limit: form.limit,
    name: form.name.trim() || proposedName(modelPath, dataset.path),
  }
}

/** A chosen path and what was found there, once that is known. */
interface Found<Report> {
  path: string | null
  report: Report | undefined
}

/** Why the run cannot be started yet, null when it can. */
export function obstacle(
  { path: modelPath, report: model }: Found<ModelReport>,
  { path: dataPath, report: dataset }: Found<DatasetReport>,
  preprocessing: Preprocessing | null,
  form: RunForm,
): string | null {
  if (modelPath === null) return 'Choose a model.'
  if (!model) return 'The model has to be read first.'
  if (!model.supported) return 'This model is not supported; its report says why.'
  if (!preprocessing) return 'The preprocessing has to be known first.'
  if (preprocessingMismatch(preprocessing, model))
    return 'The preprocessing does not fit the model; its section says why.'
  if (dataPath === null) return 'Choose images.'
  if (!dataset) return 'The images have to be listed first.'
  if (dataset.count === 0) return 'There are no images.'
  if (form.methods.length === 0) return 'Choose at least one method.'
  return targetObstacle(form.target)
}

/** `clutter-vit on images`. */
export function proposedName(modelPath: string, dataPath: string): string {
  return `${baseName(modelPath).replace(/\.onnx$/i, '')} on ${baseName(dataPath)}`
}

/** A project folder in the user's home, named after model and dataset. */
export function proposedProject(
  { home, platform }: AppInfo,
  modelPath: string | null,
  dataPath: string | null,
): string {
  const parts = [modelPath && baseName(modelPath).replace(/\.onnx$/i, ''), dataPath && baseName(dataPath)]
  const name = parts.filter(Boolean).join('-') || 'review'
  return `${home}${platform === 'win32' ? '\\' : '/'}${name}.headlight`
}

export function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path
}
