/** What the form of a run holds, and the request that it becomes. */
import type { AppInfo, DatasetReport, ModelReport, StartRun } from '@shared/api'
import { DEFAULT_METHODS, METHOD_IDS, type MethodId } from '@shared/methods'

export interface RunForm {
  /** Empty takes the proposal. */
  projectPath: string
  name: string
  methods: MethodId[]
  target: 'predicted' | 'label'
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
  target: 'predicted',
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

export function startRun(form: RunForm, modelPath: string, dataset: DatasetReport): StartRun {
  return {
    modelPath,
    dataPath: dataset.path,
    masksPath: form.useMasks ? (dataset.masks?.path ?? null) : null,
    methods: form.methods,
    target: { kind: form.target },
    provider: form.provider,
    precision: form.precision,
    limit: form.limit,
    name: form.name.trim() || proposedName(modelPath, dataset.path),
  }
}

/** A chosen path and what was found there, once that is known. */
interface Chosen<Report> {
  path: string | null
  report: Report | undefined
}

/** Why the run cannot be started yet, null when it can. */
export function obstacle(
  { path: modelPath, report: model }: Chosen<ModelReport>,
  { path: dataPath, report: dataset }: Chosen<DatasetReport>,
  form: RunForm,
): string | null {
  if (modelPath === null) return 'Choose a model.'
  if (!model) return 'The model has to be read first.'
  if (!model.supported) return 'This model is not supported; its report says why.'
  if (dataPath === null) return 'Choose a folder of images.'
  if (!dataset) return 'The folder has to be listed first.'
  if (dataset.count === 0) return 'The folder holds no images.'
  if (form.methods.length === 0) return 'Choose at least one method.'
  return null
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
