/** A model whose logits are its features: what pictures are compared by. */
import { type AnalyseOptions, analyseModel, type AnalysedModel, type ClassVectors } from '@headlight/explain'
import type { FeatureOutput, FeatureReadout, ModelReport } from '@headlight/explain/report'
import type { ModelChoice } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { onnxRuntime } from '../onnx-runtime'

/** Names that exporters give to the features of a whole picture, the surest first. */
const PICTURE = [/^image_embed/i, /^image_features?$/i, /^pooler_output$/i]

export interface FeaturesModel {
  model: AnalysedModel
  /** The output that holds the features. */
  output: string
  /** Values of the features of one picture. */
  width: number
}

/**
 * The features of an output and of tokens that are chosen, else of the only ones that there are.
 * @throws HeadlightError 'usage' where the model gives no features, or several and none is chosen; 'unsupported-model'
 */
export async function featuresModel(
  modelPath: string,
  { output, tower, features: readout }: Pick<ModelChoice, 'output' | 'tower' | 'features'>,
  imageSize: AnalyseOptions['imageSize'],
): Promise<FeaturesModel> {
  const options: AnalyseOptions = {
    readsFiles: true,
    imageSize,
    ...(tower && { tower }),
    ...(readout && { features: readout }),
  }
  const plain = await analyseModel(modelPath, onnxRuntime(), {
    readsFiles: true,
    imageSize,
    pictureTower: true,
    ...(tower && { tower }),
  })
  const chosen = chooseFeatures(plain.report, output ?? null, readout ?? null)
  const width = chosen.width * (readout === 'cls+mean' ? 2 : 1)
  // With a class for each value the logits are the features themselves, whatever output and tokens they are read from.
  const whole = { ...options, output: chosen.name, classes: everyValue(width) }
  const model = await analyseModel(modelPath, onnxRuntime(), whole)
  if (!model.report.supported) throw new HeadlightError('unsupported-model', model.report.reasons.join(' '))
  return { model, output: chosen.name, width }
}

/** The output that is asked for, else the one that its name says to be of the whole picture, else the only one that looks like features. */
function chooseFeatures(
  { features = [], outputs }: Pick<ModelReport, 'features' | 'outputs'>,
  output: string | null,
  readout: FeatureReadout | null,
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

const usage = (message: string) => new HeadlightError('usage', message)
