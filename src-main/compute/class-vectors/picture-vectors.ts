/** The features of a picture as a class vector: how alike other pictures are to it, or to the mean of those of a folder. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type AnalyseOptions, analyseModel, type AnalysedModel, type ClassVectors, infer } from '@headlight/explain'
import { DEFAULT_METHOD_SETTINGS, type FeatureOutput, type ModelReport } from '@headlight/explain/report'
import type { ClassVectorsFile, ModelChoice, Preprocessing } from '@shared/api'
import { type ErrorCode, HeadlightError } from '@shared/errors'
import type { SampleLocation } from '../../datasets/location'
import { openDataset } from '../../datasets/open-dataset'
import { withChosenFiles } from '../chosen-files'
import { decodeBatch, type DecodedBatch } from '../decode-batch'
import { decodeSample } from '../decode-sample'
import type { TextFiles } from '../json-file'
import { findModelFiles, pictureSizeBeside } from '../model-files'
import { onnxRuntime } from '../onnx-runtime'
import { hashOfVectors, type ReadClassVectors } from './read-class-vectors'

/** Names that exporters give to the features of a whole picture, the surest first. */
const PICTURE = [/^image_embed/i, /^image_features?$/i, /^pooler_output$/i]
const BATCH = 8
/** Of pictures that cannot be read, so many are named. */
const NAMED = 3

type Like = Pick<ClassVectorsFile, 'path'> & { like: NonNullable<ClassVectorsFile['like']> }

/**
 * One vector of length 1 that is compared by cosine, and the output whose features it is of.
 * @throws HeadlightError 'not-found' for a path that is not there, 'usage' where the model gives no features, and what reading pictures throws
 */
export async function pictureVectors(
  modelPath: string,
  { path, like }: Like,
  { output, tower, features: readout }: ModelChoice,
  texts?: TextFiles,
): Promise<ReadClassVectors & { output: string }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is no picture or folder ${path} to compare with.`, { cause })
  })
  const imageSize = (await pictureSizeBeside(modelPath, texts)) ?? undefined
  const options: AnalyseOptions = { imageSize, ...(tower && { tower }), ...(readout && { features: readout }) }
  const plain = await analyseModel(modelPath, onnxRuntime(), { imageSize, ...(tower && { tower }) })
  const chosen = chooseFeatures(plain.report, output ?? null, readout ?? null)
  const width = chosen.width * (readout === 'cls+mean' ? 2 : 1)
  // With a class for each value the logits are the features themselves, whatever output and tokens they are read from.
  const whole = { ...options, output: chosen.name, classes: everyValue(width) }
  const model = await analyseModel(modelPath, onnxRuntime(), whole)
  if (!model.report.supported) throw new HeadlightError('unsupported-model', model.report.reasons.join(' '))
  const { classVectors: _, ...report } = model.report
  const info = { ...report, path: modelPath, fileName: basename(modelPath), hash: '', bytes: 0 }
  const beside = { ...info, ...(await findModelFiles(modelPath, info, texts)), taskSource: '' }
  const { preprocessing } = await withChosenFiles(beside, like, texts)
  const { pictures, notes } = found.isDirectory() ? await picturesOf(path) : { pictures: [path], notes: [] }
  const { values, count, unreadable } = await meanDirection(model, preprocessing, pictures, width)
  const name = `like ${basename(path)}`
  const vectors: ClassVectors = {
    ...{ source: name, names: [name], width, values },
    kind: 'cosine',
    scale: null,
    bias: null,
  }
  const of =
    pictures.length === 1
      ? `the features of ${basename(path)}`
      : `the mean direction of the features of ${count} pictures in ${basename(path)}`
  return {
    ...vectors,
    output: chosen.name,
    hash: hashOfVectors(vectors),
    namesFrom: name,
    kindAsked: false,
    passedOver: [],
    notes: [
      `The explained scalar is the cosine with ${of}, which are kept as they are; the preprocessing is from ${preprocessing.source}. It is 1 for the same direction. The sigmoid that stands where probabilities do has no meaning${found.isDirectory() ? '' : ', and of the picture itself every gradient is 0'}.`,
      ...(unreadable.length > 0
        ? [
            `${unreadable.length} of ${pictures.length} pictures could not be read and are not in the mean: ${unreadable.slice(0, NAMED).join(' ')}`,
          ]
        : []),
      ...notes,
    ],
  }
}

/** The pictures of a folder, and what of it is passed over. */
async function picturesOf(folder: string): Promise<{ pictures: SampleLocation[]; notes: string[] }> {
  const { samples, problems, passedOver } = await (await openDataset(folder)).list()
  if (samples.length === 0) throw usage(`${folder} holds no pictures to compare with.`)
  const left = passedOver.map(({ count, what, why }) => `Of ${folder} was passed over: ${count} × ${what}, ${why}.`)
  return { pictures: samples.map(({ location }) => location), notes: [...left, ...problems] }
}

/** The output that is asked for, else the one that its name says to be of the whole picture, else the only one that looks like features. */
function chooseFeatures(
  { features = [], outputs }: Pick<ModelReport, 'features' | 'outputs'>,
  output: string | null,
  readout: (ModelChoice['features'] & string) | null,
): Pick<FeatureOutput, 'name' | 'width'> {
  if (output !== null) {
    const named = outputs.find(({ name }) => name === output)
    const width = named?.shape.at(-1)
    if (typeof width === 'number') return { name: output, width }
    throw usage(
      `The model has no output '${output}' that holds features; it has ${outputs.map(({ name }) => name).join(', ')}.`,
    )
  }
  const fitting = features.filter(({ tokens }) => (tokens !== null) === (readout !== null))
  const surest = PICTURE.map((pattern) => fitting.filter(({ name }) => pattern.test(name))).find(
    ({ length }) => length === 1,
  )
  const [only, ...others] = surest ?? fitting
  if (only && others.length === 0) return only
  if (only)
    throw usage(
      `Several outputs of the model look like features: ${fitting.map(({ name }) => name).join(', ')}. Choose one with --output.`,
    )
  const tokens = features.find((each) => each.tokens !== null)
  if (tokens && readout === null) {
    throw usage(
      `The model gives features of tokens alone ('${tokens.name}'); say with --features how they become one vector: cls, mean or cls+mean.`,
    )
  }
  throw usage(
    'The model gives no features that pictures could be compared by. Name an output with --output, or export the model without its head (timm: num_classes=0).',
  )
}

function everyValue(width: number): ClassVectors {
  const values = new Float32Array(width * width)
  for (let at = 0; at < width; at++) values[at * width + at] = 1
  return {
    source: 'the features',
    names: Array.from({ length: width }, (_, at) => `value ${at}`),
    ...{ width, values },
    kind: 'linear',
    scale: null,
    bias: null,
  }
}

/**
 * The mean of the directions of the pictures' features, of length 1; double precision. Pictures that cannot be read are
 * left out, a sentence each; throws what reading the first threw where none can be.
 */
async function meanDirection(
  model: AnalysedModel,
  preprocessing: Preprocessing,
  pictures: readonly SampleLocation[],
  width: number,
): Promise<{ values: Float64Array; count: number; unreadable: string[] }> {
  const graph = model.compile({ methods: [], settings: DEFAULT_METHOD_SETTINGS, scores: false, raw: false })
  const loaded = await onnxRuntime()(graph)
  const image = [preprocessing.channels, preprocessing.size.height, preprocessing.size.width]
  const sum = new Float64Array(width)
  const errors: DecodedBatch['errors'] = []
  try {
    for (let at = 0; at < pictures.length; at += BATCH) {
      const part = pictures.slice(at, at + BATCH)
      const inputs = part.map((file, index) => ({ id: at + index, file, mask: null, target: -1 }))
      const decoded = await decodeBatch(inputs, preprocessing, decodeSample)
      errors.push(...decoded.errors)
      const { pixels, samples } = decoded
      if (samples.length === 0) continue
      const feeds = { pixels, image, targets: samples.map(() => 0) }
      const { tensors } = await infer(loaded, graph, feeds, [graph.outputs.logits], samples.length)
      const features = tensors.get(graph.outputs.logits)!.data as Float32Array
      samples.forEach((_, index) => {
        const own = Float64Array.from(features.subarray(index * width, (index + 1) * width))
        const length = Math.hypot(...own)
        own.forEach((value, place) => (sum[place] = sum[place]! + value / Math.max(length, 1e-12)))
      })
    }
  } finally {
    await loaded.release()
  }
  const [first] = errors
  if (first && errors.length === pictures.length) throw new HeadlightError(first.code as ErrorCode, first.message)
  const length = Math.max(Math.hypot(...sum), 1e-12)
  return {
    values: sum.map((value) => value / length),
    count: pictures.length - errors.length,
    unreadable: errors.map(({ message }) => message),
  }
}

const usage = (message: string) => new HeadlightError('usage', message)
