/** Files beside a model: its preprocessing and its class names. */
import { basename, dirname, join } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { FoundLabels, FoundPreprocessing, ModelFiles, Preprocessing } from '@shared/api'
import type { ModelReport, ModelTask } from '@headlight/explain/report'
import { preprocessingMismatch } from '@shared/preprocessing'
import { MAX_CHANNELS } from '@headlight/explain'
import { readClassNames } from './class-names'
import { isObject, TextFiles } from './json-file'
import { fromOpenClip, isOpenClip } from './open-clip-preprocessing'
import { fromTimm, timmConfig } from './timm-preprocessing'
import { fromTransformers } from './transformers/from-transformers'

type Named = Pick<ModelReport, 'classes'> & Partial<Pick<ModelReport, 'task' | 'dense'>>
type Shape = Pick<ModelReport, 'input'> & Named

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const DEFAULT_EDGE = 224
const DEFAULTS = 'defaults'

/** Files that are looked into for class names, the surest first. */
const LABEL_FILES = ['config.json', 'id2label.json', 'labels.json', 'labels.txt', 'classes.txt']
/** Files that are looked into for preprocessing, the surest first. */
export const PREPROCESSING_FILES = [
  'preprocessor_config.json',
  'processor_config.json',
  'config.json',
  'open_clip_config.json',
]

/**
 * Looks beside the model for files that say how pictures are prepared and what classes are called. A file that is meant for
 * another model (other input size, other number of classes) or cannot be read is left aside, and that is said: no file
 * beside a model can keep it from being looked at.
 */
export async function findModelFiles(
  modelPath: string,
  model: Shape,
  files = new TextFiles(),
): Promise<Omit<ModelFiles, 'taskSource'>> {
  const folder = dirname(modelPath)
  const { preprocessing, origins, warnings, warnedParts } = await findPreprocessing(folder, model, files)
  const labels = await findLabels(folder, model, files)
  const told = { preprocessingOrigins: origins, preprocessingWarnings: warnings, ...(warnedParts && { warnedParts }) }
  return { preprocessing, ...told, ...labels }
}

/** The size of the pictures that the preprocessing beside a model makes, for models that leave their input open. */
export async function pictureSizeBeside(
  modelPath: string,
  files = new TextFiles(),
): Promise<Preprocessing['size'] | null> {
  const anyShape: Shape = { input: { name: '', shape: [] }, classes: 0 }
  const { preprocessing } = await findPreprocessing(dirname(modelPath), anyShape, files)
  return preprocessing.source === DEFAULTS ? null : preprocessing.size
}

/** Preprocessing from a file of the user's choice. Throws 'usage' where it does not fit the model. */
export async function readPreprocessing(
  file: string,
  model: Shape,
  files = new TextFiles(),
): Promise<FoundPreprocessing> {
  const found = await parsePreprocessing(file, model, files)
  if (!found) throw new HeadlightError('usage', `${basename(file)} is missing, or holds no preprocessing.`)
  const mismatch = preprocessingMismatch(found.preprocessing, model)
  if (!mismatch) return found
  throw new HeadlightError('usage', `${found.preprocessing.source} does not fit the model: it ${mismatch}.`)
}

/** Class names from a file of the user's choice. Throws 'usage' where they do not fit the model. */
export async function readLabels(file: string, model: Named, files = new TextFiles()): Promise<FoundLabels> {
  const { classes } = model
  const name = basename(file)
  const found = withNoObject(bothClasses(await readClassNames(file, files), model), name, model)
  if (!found) throw new HeadlightError('usage', `${name} is missing, or holds no class names.`)
  if (found.labels.length !== classes) {
    throw new HeadlightError('usage', `${name} names ${found.labels.length} classes, and the model has ${classes}.`)
  }
  return { ...found, labelsSource: name }
}

async function findPreprocessing(folder: string, model: Shape, files: TextFiles): Promise<FoundPreprocessing> {
  const leftAside: string[] = []
  let taken: FoundPreprocessing | null = null
  for (const name of PREPROCESSING_FILES) {
    try {
      const found = await parsePreprocessing(join(folder, name), model, files)
      if (!found) continue
      const unfit = preprocessingMismatch(found.preprocessing, model)
      if (unfit) leftAside.push(`${name} ${unfit}`)
      else if (!taken) taken = found
      else if (!preparesAlike(taken.preprocessing, found.preprocessing)) {
        taken.warnings.push(`${name} prepares pictures in another way; ${taken.preprocessing.source} was taken.`)
      }
    } catch (error) {
      leftAside.push(reasonOf(error))
    }
  }
  if (!taken) return defaultPreprocessing(model, leftAside.join('; ') || null)
  for (const reason of leftAside) taken.warnings.push(`${ended(reason)} It was left aside.`)
  return taken
}

/** Whether two configurations give the same pixels for every picture, except for rounding that the files do not specify. */
function preparesAlike(one: Preprocessing, other: Preprocessing): boolean {
  const steps = ({ source: _source, rules: _rules, ...rest }: Preprocessing) =>
    JSON.stringify(rest, (_key, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value))
  return steps(one) === steps(other)
}

/** Why a file beside a model could not be used. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}

async function findLabels(folder: string, model: Named, files: TextFiles): Promise<FoundLabels> {
  const { classes } = model
  let labelsSource = 'class numbers'
  for (const name of LABEL_FILES) {
    try {
      const found = withNoObject(bothClasses(await readClassNames(join(folder, name), files), model), name, model)
      if (!found) continue
      if (found.labels.length === classes) return { ...found, labelsSource: name }
      labelsSource = `class numbers (${name} names ${found.labels.length} classes, the model has ${classes})`
    } catch (error) {
      labelsSource = `class numbers (${reasonOf(error)})`
    }
  }
  return { labels: Array.from({ length: classes }, (_, index) => String(index)), labelKeys: null, labelsSource }
}

/** A binary model may have one class name: class 0 then means the absence of class 1. */
export function bothClasses<Found extends Pick<FoundLabels, 'labels' | 'labelKeys'>>(
  found: Found | null,
  { task }: Pick<Named, 'task'>,
): Found | null {
  const [only, ...others] = found?.labels ?? []
  if (!found || task !== 'binary' || only === undefined || others.length > 0) return found
  return { ...found, labels: [`not ${only}`, only], labelKeys: null }
}

/**
 * DETR and its kind have one class more than their configuration names: the last is "no object". Only a configuration says so; a
 * list of names that is one short may be a list of another model.
 */
function withNoObject(found: ClassNames | null, file: string, { classes, dense }: Named): ClassNames | null {
  if (dense?.kind !== 'queries' || file !== 'config.json' || found?.labels.length !== classes - 1) return found
  const labelKeys = found.labelKeys && [...found.labelKeys, NO_OBJECT]
  return { labels: [...found.labels, NO_OBJECT], labelKeys, noObject: classes - 1 }
}

type ClassNames = Omit<FoundLabels, 'labelsSource'>

const NO_OBJECT = 'no object'

/** Which class of a detector means "no object", and what follows from it, in one sentence; nothing for other models. */
export function noObjectNotes(
  { dense }: Pick<ModelReport, 'dense'>,
  { noObject }: Pick<FoundLabels, 'noObject'>,
): string[] {
  if (dense?.kind !== 'queries') return []
  return noObject === undefined
    ? [
        'No config.json beside the model says that a class means "no object", so every class counts: the surest query of a class has the highest logit, and probabilities are sigmoids.',
      ]
    : [
        `Class ${noObject} means "no object", since config.json names one class fewer than the output has: it is never the prediction, probabilities are the softmax of each query, and the surest query of a class has the highest.`,
      ]
}

/** What `problem_type` of transformers says of a head that the graph says less of. */
const SAID: Record<string, { of: ModelTask; task: ModelTask } | undefined> = {
  multi_label_classification: { of: 'single-label', task: 'multi-label' },
  regression: { of: 'binary', task: 'regression' },
}

/** Only transformers' config.json tells that a head without its sigmoid is multi-label, and that one value is a number. */
export async function findTask(
  modelPath: string,
  { task, ending }: Pick<ModelReport, 'task' | 'ending'>,
  files = new TextFiles(),
): Promise<{ task: ModelTask; taskSource: string }> {
  const isOpen = (task === 'single-label' || task === 'binary') && ending === 'none'
  if (!isOpen) return { task, taskSource: 'the graph' }
  // A file that cannot be read is ignored here; it was named when class names were looked for.
  const config = await files.json(join(dirname(modelPath), 'config.json')).catch(() => null)
  const said = isObject(config) ? SAID[String(config.problem_type)] : undefined
  return said?.of === task ? { task: said.task, taskSource: 'config.json' } : { task, taskSource: 'the graph' }
}

async function parsePreprocessing(file: string, model: Shape, files: TextFiles): Promise<FoundPreprocessing | null> {
  const content = await files.json(file)
  if (!isObject(content)) return null
  const channels = inputChannels(model)
  const source = basename(file)
  if (isOpenClip(content)) return fromOpenClip(content, channels, source)
  if (timmConfig(content)) return fromTimm(content, model, channels, source)
  // transformers 5 keeps the image processor inside its processor.
  const processor = isObject(content.image_processor) ? content.image_processor : content
  // A model's config.json has none of an image processor's fields.
  const fields = [
    'image_mean',
    'do_resize',
    'do_normalize',
    'do_rescale',
    'image_processor_type',
    'feature_extractor_type',
  ]
  if (!fields.some((field) => field in processor)) return null
  return fromTransformers(processor, channels, source, processor === content ? 'by itself' : 'inside a processor')
}

function defaultPreprocessing(model: Shape, mismatch: string | null): FoundPreprocessing {
  const [height, width] = model.input.shape.slice(-2).map((dim) => (typeof dim === 'number' ? dim : DEFAULT_EDGE))
  const channels = inputChannels(model)
  const size = { height: height ?? DEFAULT_EDGE, width: width ?? DEFAULT_EDGE }
  const defaults =
    channels === 3 ? IMAGENET : { mean: Array<number>(channels).fill(0.5), std: Array<number>(channels).fill(0.5) }
  const warning = mismatch
    ? `${mismatch}, so it was left aside and defaults were taken.`
    : 'No preprocessing was found beside the model, so defaults were taken.'
  const said = `${warning} Mean and std are ${usualName(channels).replace('default: ', '')}; a model that was trained with others gives other answers.`
  return {
    preprocessing: {
      size,
      resize: { mode: 'exact', ...size, interpolation: 'bilinear' },
      centerCrop: null,
      rescale: 1 / 255,
      ...defaults,
      channels,
      source: mismatch ? `${DEFAULTS} (${mismatch})` : DEFAULTS,
    },
    origins: {
      resize: "default: the model's input size",
      crop: 'default: none',
      interpolation: 'default: bilinear',
      rescale: 'default: 1/255',
      mean: usualName(channels),
      std: usualName(channels),
    },
    warnings: [said],
    warnedParts: { [said]: ['mean', 'std'] },
  }
}

function usualName(channels: number): string {
  return channels === 3 ? "default: ImageNet's" : 'default: 0.5'
}

function inputChannels({ input }: Shape): number {
  const channels = input.shape.at(-3)
  // A refused model may declare any number of classes.
  return typeof channels === 'number' && channels >= 1 && channels <= MAX_CHANNELS ? channels : 3
}
