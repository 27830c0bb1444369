/** What the form of a run holds, and the request that it becomes. */
import type {
  AppInfo,
  DatasetReport,
  LabelMapping,
  LabelSource,
  Preprocessing,
  RunDefinition,
  StartRun,
} from '@shared/api'
import type { MethodSettings, ModelReport } from '@headlight/explain/report'
import { DEFAULT_METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { preprocessingMismatch } from '@shared/preprocessing'
import { typedTargetName } from '@shared/targets'
import { LIKENESS, PREDICTED, type TargetForm, targetObstacle, targetsOf } from './target-form'

export interface RunForm {
  /** Empty takes the proposal. */
  projectPath: string
  name: string
  methods: MethodId[]
  target: TargetForm
  useMasks: boolean
  /** Null takes the masks that are found with the images. */
  masksPath: string | null
  /** 'auto' takes what the masks look like. */
  maskKind: NonNullable<StartRun['maskKind']>
  /** The value that counts for neither side; 'auto' takes what the masks look like. */
  maskVoid: number | 'none' | 'auto'
  /** Null takes the methods' own defaults. */
  settings: MethodSettings | null
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
  masksPath: null,
  maskKind: 'auto',
  maskVoid: 'auto',
  settings: null,
  provider: 'auto',
  precision: 'fp32',
  limit: null,
}

/** The form with one method more or less, in the order of the catalogue. */
export function withMethod(form: RunForm, method: MethodId, wanted: boolean): RunForm {
  const methods = METHOD_IDS.filter((id) => (id === method ? wanted : form.methods.includes(id)))
  return { ...form, methods }
}

/** The form of a further run that differs from a former one in its target only. */
export function formLike({ target, ...former }: RunDefinition): RunForm {
  const { methods, masksPath, maskKind = 'auto', maskVoid = 'auto', settings, provider, precision, limit } = former
  const { classVectors, labels } = former
  // Likeness has one vector, whose name its class takes; other targets would explain the same.
  const isLikeness = classVectors !== undefined && classVectors.source === labels[LIKENESS.classIndex]
  const other = target.kind === 'predicted' ? 'label' : 'predicted'
  return {
    ...EMPTY_FORM,
    ...{ methods, masksPath, maskKind, maskVoid, settings, provider, precision, limit },
    useMasks: masksPath !== null,
    target: { ...PREDICTED, ...(isLikeness ? LIKENESS : { kind: other }) },
  }
}

/** What was chosen or changed of the model, the files beside it, and of the matching of labels. */
export interface Chosen {
  modelPath: string
  /** Null for the output that Headlight takes by itself. */
  output: string | null
  /** One of several towers of attention layers, null where there is one. */
  tower: string | null
  /** Vectors of the classes, for a model that gives features, and how features of tokens are read. */
  classes: StartRun['classes'] | null
  features: StartRun['features'] | null
  /** Null for the task that was found. */
  task: StartRun['task'] | null
  labelsPath: string | null
  /** The file that the preprocessing was read from; null for what lies beside the model. */
  preprocessPath: string | null
  /** What the run will use, null before it is known. */
  preprocessing: Preprocessing | null
  labelMapping: LabelMapping
  /** Where labels are from; null for as the images lie. */
  labelSource: LabelSource | null
}

/** One request a target, in order. `labels` are the names of the model's classes; a model without maps is asked for none. */
export function startRuns(
  form: RunForm,
  chosen: Chosen,
  dataset: DatasetReport,
  { labels, noMaps, ofNumber = false }: { labels: readonly string[]; noMaps?: string; ofNumber?: boolean },
): StartRun[] {
  const { task, ...rest } = chosen
  const { modelPath, tower } = rest
  const named = form.name.trim()
  const targets = chosen.classes?.like || ofNumber ? [LIKENESS] : targetsOf(form.target)
  return targets.map((target, index) => {
    // The prediction is the default target, so the name does not mention it.
    const isPlain = target.kind === 'predicted' || (ofNumber && !chosen.classes?.like)
    const parts = (named === '' || index > 0) && !isPlain ? [typedTargetName(target, labels)] : []
    if (named === '' && tower) parts.push(`tower ${tower}`)
    const about = parts.length > 0 ? ` (${parts.join(', ')})` : ''
    return {
      ...rest,
      target,
      task: task ?? undefined,
      dataPath: dataset.path,
      masksPath: form.useMasks ? (form.masksPath ?? dataset.masks?.path ?? null) : null,
      ...(form.useMasks && form.maskKind !== 'auto' && { maskKind: form.maskKind }),
      ...(form.useMasks && form.maskVoid !== 'auto' && { maskVoid: form.maskVoid }),
      ...(noMaps === undefined && { methods: form.methods }),
      settings: form.settings ?? undefined,
      provider: form.provider,
      precision: form.precision,
      limit: form.limit,
      name: `${named || proposedName(modelPath, dataset.path)}${about}`,
    }
  })
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
  { previewsFail = false, isLikeness = false } = {},
): string | null {
  if (modelPath === null) return 'Choose a model.'
  if (!model) return 'The model has to be read first.'
  if (model.promptsMissing) return 'The model needs prompts: they are its classes.'
  if (!model.supported) return 'This model is not supported; its report says why.'
  if (!preprocessing) return 'The preprocessing has to be known first.'
  if (preprocessingMismatch(preprocessing, model))
    return 'The preprocessing does not fit the model; its section says why.'
  if (dataPath === null) return 'Choose images.'
  if (!dataset) return 'The images have to be listed first.'
  if (dataset.count === 0) return 'There are no images.'
  if (previewsFail) return 'None of the pictures that were tried becomes an input; see What the model sees.'
  if (form.methods.length === 0 && model.noMaps === undefined) return 'Choose at least one method.'
  return isLikeness ? null : targetObstacle(form.target)
}

/** `clutter-vit on images`. */
export function proposedName(modelPath: string, dataPath: string): string {
  return `${baseName(modelPath).replace(/\.onnx$/i, '')} on ${baseName(dataPath)}`
}

/** The name of a project after model and dataset. */
export function proposedProject(modelPath: string | null, dataPath: string | null): string {
  const parts = [modelPath && baseName(modelPath).replace(/\.onnx$/i, ''), dataPath && baseName(dataPath)]
  return parts.filter(Boolean).join('-') || 'review'
}

/** The folder of a project of this name in the user's home. */
export function projectFolder({ home, platform }: AppInfo, name: string): string {
  return `${home}${platform === 'win32' ? '\\' : '/'}${name}${PROJECT_ENDING}`
}

export const PROJECT_ENDING = '.headlight'

export function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path
}
