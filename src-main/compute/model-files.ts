/** What lies beside a model: how its pictures are prepared, and what its classes are called. */
import path from 'node:path'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { ModelFiles, ModelReport, Preprocessing } from '@shared/api'
import { readJson, readText } from './json-file'
import { fromTimm, timmSchema } from './timm-preprocessing'
import { fromTransformers, transformersSchema } from './transformers-preprocessing'

type Shape = Pick<ModelReport, 'input' | 'classes'>

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const DEFAULT_EDGE = 224
const DEFAULTS = 'defaults'

const labelsSchema = z.looseObject({ id2label: z.record(z.string(), z.string()).nullish() })

/**
 * Looks beside the model for preprocessor_config.json, config.json and labels.txt. A file that is meant for another
 * model (other input size, other number of classes) is left aside, and the source says so.
 */
export async function findModelFiles(modelPath: string, model: Shape): Promise<ModelFiles> {
  const folder = path.dirname(modelPath)
  return { ...(await findPreprocessing(folder, model)), ...(await findLabels(folder, model.classes)) }
}

/** The size of the pictures that the preprocessing beside a model makes, for models that leave their input open. */
export async function pictureSizeBeside(modelPath: string): Promise<Preprocessing['size'] | null> {
  const anyShape: Shape = { input: { name: '', shape: [] }, classes: 0 }
  const { preprocessing } = await findPreprocessing(path.dirname(modelPath), anyShape)
  return preprocessing.source === DEFAULTS ? null : preprocessing.size
}

/** Preprocessing from a file of the user's choice. Throws 'usage' where it does not fit the model. */
export async function readPreprocessing(file: string, model: Shape): Promise<Preprocessing> {
  const found = await parsePreprocessing(file, model)
  if (!found) throw new HeadlightError('usage', `${path.basename(file)} is missing, or holds no preprocessing.`)
  const mismatch = sizeMismatch(found, model)
  if (mismatch) throw new HeadlightError('usage', `${found.source} does not fit the model: it ${mismatch}.`)
  return found
}

/** Class names from a file of the user's choice. Throws 'usage' where they do not fit the model. */
export async function readLabels(file: string, classes: number): Promise<string[]> {
  const labels = await parseLabels(file)
  if (!labels) throw new HeadlightError('usage', `${path.basename(file)} is missing, or holds no class names.`)
  if (labels.length !== classes) {
    throw new HeadlightError(
      'usage',
      `${path.basename(file)} names ${labels.length} classes, and the model has ${classes}.`,
    )
  }
  return labels
}

async function findPreprocessing(folder: string, model: Shape): Promise<Pick<ModelFiles, 'preprocessing'>> {
  let source = DEFAULTS
  for (const name of ['preprocessor_config.json', 'config.json']) {
    const found = await parsePreprocessing(path.join(folder, name), model)
    if (!found) continue
    const mismatch = sizeMismatch(found, model)
    if (!mismatch) return { preprocessing: found }
    source = `${DEFAULTS} (${name} ${mismatch})`
  }
  return { preprocessing: defaultPreprocessing(model, source) }
}

async function findLabels(folder: string, classes: number): Promise<Pick<ModelFiles, 'labels' | 'labelsSource'>> {
  let labelsSource = 'class numbers'
  for (const name of ['config.json', 'labels.txt']) {
    const labels = await parseLabels(path.join(folder, name))
    if (!labels) continue
    if (labels.length === classes) return { labels, labelsSource: name }
    labelsSource = `class numbers (${name} names ${labels.length} classes, the model has ${classes})`
  }
  return { labels: Array.from({ length: classes }, (_, index) => String(index)), labelsSource }
}

async function parsePreprocessing(file: string, model: Shape): Promise<Preprocessing | null> {
  const content = await readJson(file, z.looseObject({}))
  if (!content) return null
  const channels = inputSize(model).channels
  const source = path.basename(file)
  if ('pretrained_cfg' in content) return fromTimm((await readJson(file, timmSchema))!, channels, source)
  // A model's config.json has none of an image processor's fields.
  if (!('image_mean' in content || 'do_resize' in content || 'do_normalize' in content)) return null
  return fromTransformers((await readJson(file, transformersSchema))!, channels, source)
}

async function parseLabels(file: string): Promise<string[] | null> {
  if (!file.endsWith('.json')) {
    const text = await readText(file)
    const lines = text?.split(/\r?\n/).map((line) => line.trim())
    while (lines?.at(-1) === '') lines.pop()
    return lines?.length ? lines : null
  }
  const config = await readJson(file, labelsSchema)
  if (config?.id2label) return byIndex(config.id2label, path.basename(file))
  if (!config || !('pretrained_cfg' in config)) return null
  const timm = (await readJson(file, timmSchema))!
  return timm.label_names ?? timm.pretrained_cfg.label_names ?? null
}

function byIndex(id2label: Record<string, string>, name: string): string[] {
  const labels: string[] = []
  for (const [index, label] of Object.entries(id2label)) labels[Number(index)] = label
  if (labels.length !== Object.keys(id2label).length) {
    throw new HeadlightError('usage', `${name} cannot be used: the numbers in 'id2label' have gaps.`)
  }
  return labels
}

function defaultPreprocessing(model: Shape, source: string): Preprocessing {
  const { height, width, channels } = inputSize(model)
  const size = { height: height ?? DEFAULT_EDGE, width: width ?? DEFAULT_EDGE }
  return {
    size,
    resize: { mode: 'exact', ...size, interpolation: 'bilinear' },
    centerCrop: null,
    rescale: 1 / 255,
    mean: channels === 3 ? IMAGENET.mean : Array<number>(channels).fill(0.5),
    std: channels === 3 ? IMAGENET.std : Array<number>(channels).fill(0.5),
    channels,
    source,
  }
}

/** The model's input, null where it takes any height or width. */
function inputSize({ input }: Shape): { channels: number; height: number | null; width: number | null } {
  const [channels, height, width] = input.shape.slice(-3).map((dim) => (typeof dim === 'number' ? dim : null))
  return { channels: channels ?? 3, height: height ?? null, width: width ?? null }
}

function sizeMismatch({ size }: Preprocessing, model: Shape): string | null {
  const { height, width } = inputSize(model)
  if ((height ?? size.height) === size.height && (width ?? size.width) === size.width) return null
  return `makes ${size.width} x ${size.height} pixels, the model takes ${width ?? 'any'} x ${height ?? 'any'}`
}
