/** What lies beside a model: how its pictures are prepared, and what its classes are called. */
import path from 'node:path'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { FoundLabels, FoundPreprocessing, ModelFiles, ModelReport, ModelTask, Preprocessing } from '@shared/api'
import { preprocessingMismatch } from '@shared/preprocessing'
import { readClassNames } from './class-names'
import { readJson } from './json-file'
import { fromTimm, timmSchema } from './timm-preprocessing'
import { fromTransformers, transformersSchema } from './transformers-preprocessing'

type Named = Pick<ModelReport, 'classes'> & Partial<Pick<ModelReport, 'task'>>
type Shape = Pick<ModelReport, 'input'> & Named

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const DEFAULT_EDGE = 224
const DEFAULTS = 'defaults'

/** Files that are looked into for class names, the surest first. */
const LABEL_FILES = ['config.json', 'id2label.json', 'labels.json', 'labels.txt', 'classes.txt']
const taskSchema = z.looseObject({ problem_type: z.string().nullish() })

/**
 * Looks beside the model for preprocessor_config.json, config.json, id2label.json and labels.txt. A file that is meant for another
 * model (other input size, other number of classes) is left aside, and the source says so.
 */
export async function findModelFiles(modelPath: string, model: Shape): Promise<Omit<ModelFiles, 'taskSource'>> {
  const folder = path.dirname(modelPath)
  const { preprocessing, origins, warnings } = await findPreprocessing(folder, model)
  const labels = await findLabels(folder, model)
  return { preprocessing, preprocessingOrigins: origins, preprocessingWarnings: warnings, ...labels }
}

/** The size of the pictures that the preprocessing beside a model makes, for models that leave their input open. */
export async function pictureSizeBeside(modelPath: string): Promise<Preprocessing['size'] | null> {
  const anyShape: Shape = { input: { name: '', shape: [] }, classes: 0 }
  const { preprocessing } = await findPreprocessing(path.dirname(modelPath), anyShape)
  return preprocessing.source === DEFAULTS ? null : preprocessing.size
}

/** Preprocessing from a file of the user's choice. Throws 'usage' where it does not fit the model. */
export async function readPreprocessing(file: string, model: Shape): Promise<FoundPreprocessing> {
  const found = await parsePreprocessing(file, model)
  if (!found) throw new HeadlightError('usage', `${path.basename(file)} is missing, or holds no preprocessing.`)
  const mismatch = preprocessingMismatch(found.preprocessing, model)
  if (!mismatch) return found
  throw new HeadlightError('usage', `${found.preprocessing.source} does not fit the model: it ${mismatch}.`)
}

/** Class names from a file of the user's choice. Throws 'usage' where they do not fit the model. */
export async function readLabels(file: string, model: Named): Promise<FoundLabels> {
  const found = bothClasses(await readClassNames(file), model)
  const { classes } = model
  const name = path.basename(file)
  if (!found) throw new HeadlightError('usage', `${name} is missing, or holds no class names.`)
  if (found.labels.length !== classes) {
    throw new HeadlightError('usage', `${name} names ${found.labels.length} classes, and the model has ${classes}.`)
  }
  return { ...found, labelsSource: name }
}

async function findPreprocessing(folder: string, model: Shape): Promise<FoundPreprocessing> {
  let mismatch: string | null = null
  for (const name of ['preprocessor_config.json', 'config.json']) {
    const found = await parsePreprocessing(path.join(folder, name), model)
    if (!found) continue
    const unfit = preprocessingMismatch(found.preprocessing, model)
    if (!unfit) return found
    mismatch = `${name} ${unfit}`
  }
  return defaultPreprocessing(model, mismatch)
}

async function findLabels(folder: string, model: Named): Promise<FoundLabels> {
  const { classes } = model
  let labelsSource = 'class numbers'
  for (const name of LABEL_FILES) {
    const found = bothClasses(await readClassNames(path.join(folder, name)), model)
    if (!found) continue
    if (found.labels.length === classes) return { ...found, labelsSource: name }
    labelsSource = `class numbers (${name} names ${found.labels.length} classes, the model has ${classes})`
  }
  return { labels: Array.from({ length: classes }, (_, index) => String(index)), labelKeys: null, labelsSource }
}

/** A binary model's only logit may have the only name: class 0 is then the absence of class 1. */
function bothClasses<Found extends Pick<FoundLabels, 'labels' | 'labelKeys'>>(
  found: Found | null,
  { task }: Named,
): Found | null {
  const [only, ...others] = found?.labels ?? []
  if (!found || task !== 'binary' || only === undefined || others.length > 0) return found
  return { ...found, labels: [`not ${only}`, only], labelKeys: null }
}

/** A multi-label head without its sigmoid shows only in transformers' config.json. */
export async function findTask(
  modelPath: string,
  { task, ending }: Pick<ModelReport, 'task' | 'ending'>,
): Promise<{ task: ModelTask; taskSource: string }> {
  if (task !== 'single-label' || ending !== 'none') return { task, taskSource: 'the graph' }
  const config = await readJson(path.join(path.dirname(modelPath), 'config.json'), taskSchema)
  if (config?.problem_type !== 'multi_label_classification') return { task, taskSource: 'the graph' }
  return { task: 'multi-label', taskSource: 'config.json' }
}

async function parsePreprocessing(file: string, model: Shape): Promise<FoundPreprocessing | null> {
  const content = await readJson(file, z.looseObject({}).or(z.array(z.unknown())))
  if (!content || Array.isArray(content)) return null
  const channels = inputChannels(model)
  const source = path.basename(file)
  if ('pretrained_cfg' in content) return fromTimm((await readJson(file, timmSchema))!, channels, source)
  // A model's config.json has none of an image processor's fields.
  if (!('image_mean' in content || 'do_resize' in content || 'do_normalize' in content)) return null
  return fromTransformers((await readJson(file, transformersSchema))!, channels, source)
}

function defaultPreprocessing(model: Shape, mismatch: string | null): FoundPreprocessing {
  const [height, width] = model.input.shape.slice(-2).map((dim) => (typeof dim === 'number' ? dim : DEFAULT_EDGE))
  const channels = inputChannels(model)
  const size = { height: height ?? DEFAULT_EDGE, width: width ?? DEFAULT_EDGE }
  const usual =
    channels === 3 ? IMAGENET : { mean: Array<number>(channels).fill(0.5), std: Array<number>(channels).fill(0.5) }
  const warning = mismatch
    ? `${mismatch}, so it was left aside and defaults were taken.`
    : 'No preprocessing was found beside the model, so defaults were taken.'
  return {
    preprocessing: {
      size,
      resize: { mode: 'exact', ...size, interpolation: 'bilinear' },
      centerCrop: null,
      rescale: 1 / 255,
      ...usual,
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
    warnings: [
      `${warning} Mean and std are ${usualName(channels).replace('default: ', '')}; a model that was trained with others gives other answers.`,
    ],
  }
}

function usualName(channels: number): string {
  return channels === 3 ? "default: ImageNet's" : 'default: 0.5'
}

function inputChannels({ input }: Shape): number {
  const channels = input.shape.at(-3)
  return typeof channels === 'number' ? channels : 3
}
