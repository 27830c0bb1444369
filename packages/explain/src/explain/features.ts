/** Which output of a model holds features of the picture, and how the vectors of tokens become one. */
import type { FeatureOutput, FeatureReadout, ModelOutput } from './report'
import { HeadlightError } from '../errors'
import { isFloat, type Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'

export const FEATURE_READOUTS: readonly FeatureReadout[] = ['cls', 'mean', 'cls+mean']

export interface ChosenFeatures {
  output: string
  /** How tokens become one vector; null where the output has one vector a picture. */
  readout: FeatureReadout | null
  /** What was chosen among several, one sentence each. */
  notes: string[]
}

/** Outputs that class vectors may stand beside: float values `[batch, D]`, or `[batch, tokens, D]`. */
export function describeFeatures(graph: Graph, facts: Facts, outputs: readonly ModelOutput[]): FeatureOutput[] {
  return graph.outputs.flatMap(({ name }) => {
    const known = facts.get(name)
    if (!known || !isFloat(known.type)) return []
    const { dims, batchAxis } = known
    const batchFirst = batchAxis === 0 || (batchAxis === null && dims[0] === 1)
    // What each picture chooses (a class, a rank) is not a feature.
    if (!batchFirst || outputs.find((output) => output.name === name)?.why) return []
    if (dims.length !== 2 && dims.length !== 3) return []
    return [{ name, width: dims.at(-1)!, tokens: dims.length === 3 ? dims[1]! : null }]
  })
}

/** Names that exporters give to features of a whole picture, the surest first. */
const PICTURE = [/^image_embed/i, /^image_features?$/i, /^pooler_output$/i, /embed|feature|pool/i]
const TOKENS = [/^last_hidden_state$/i]

/** Whether an output is called as features are, and class logits are not. */
export const looksLikeFeatures = (output: string) => PICTURE.some((pattern) => pattern.test(output))

/**
 * The output with the features: the one that is asked for, else the one of as many values as the class vectors have.
 * Throws 'usage' where none fits, or several do that their names do not tell apart.
 */
export function chooseFeatures(
  features: readonly FeatureOutput[],
  vectors: { source: string; width: number },
  wanted: { output?: string; readout?: FeatureReadout },
): ChosenFeatures {
  const { source, width } = vectors
  const listed = features.map(shaped).join(', ')
  if (features.length === 0) {
    throw usage(
      `${source} needs a model that gives features, and this one has no output of shape [batch, values] or [batch, tokens, values].`,
    )
  }
  const named = features.find(({ name }) => name === wanted.output)
  if (wanted.output !== undefined && !named) {
    throw usage(`The model has no output '${wanted.output}' that holds features; those that do are ${listed}.`)
  }
  const factor = wanted.readout === 'cls+mean' ? 2 : 1
  const candidates = named ? [named] : features.filter(({ tokens }) => (tokens !== null) === !!wanted.readout)
  if (named && wanted.readout && named.tokens === null) {
    throw usage(
      `--features says how tokens become one vector, and the output '${named.name}' has one vector a picture already; leave it out.`,
    )
  }
  if (named && !wanted.readout && named.tokens !== null) throw usage(askForReadout(named))
  const fitting = candidates.filter((output) => output.width * factor === width)
  if (fitting.length === 0) {
    const ofTokens = features.find((output) => output.tokens !== null && output.width * factor === width)
    if (!wanted.readout && ofTokens) throw usage(askForReadout(ofTokens))
    throw usage(
      `The vectors of ${source} have ${width} values, and the features of this model have others${factor === 2 ? ' (twice as many with --features cls+mean)' : ''}: ${(candidates.length > 0 ? candidates : features).map(shaped).join(', ')}. Take vectors that were made with this model, or choose an output with --output.`,
    )
  }
  const readout = wanted.readout ?? null
  const [only] = fitting
  if (named || fitting.length === 1) return { output: only!.name, readout, notes: [] }
  const patterns = readout === null ? PICTURE : TOKENS
  const pattern = patterns.find((one) => fitting.filter(({ name }) => one.test(name)).length === 1)
  const chosen = pattern && fitting.find(({ name }) => pattern.test(name))
  const others = fitting.filter((output) => output !== chosen).map(shaped)
  if (!chosen) {
    throw usage(
      `Several outputs of the model fit the vectors of ${source}: ${others.join(', ')}. Choose one with --output.`,
    )
  }
  const note = `Of several outputs that fit the class vectors '${chosen.name}' was taken, by its name; --output chooses another: ${others.join(', ')}.`
  return { output: chosen.name, readout, notes: [note] }
}

/** What to do with a model that gives features, where no class vectors were given; null where it gives none. */
export function featuresAdvice(features: readonly FeatureOutput[]): string | null {
  const tokens = features.find((output) => output.tokens !== null)
  if (!tokens) return null
  return `with vectors of the classes (--classes FILE) and --features cls, mean or cls+mean, classes are explained through ${shaped(tokens)}`
}

const askForReadout = (output: FeatureOutput) =>
  `The output ${shaped(output)} has a vector for each token; say with --features how they become one: cls (the class token), mean (the mean of the patches) or cls+mean (one behind the other).`

const shaped = ({ name, width, tokens }: FeatureOutput) =>
  `'${name}' [batch, ${tokens === null ? '' : `${tokens}, `}${width}]`

const usage = (message: string) => new HeadlightError('usage', message)
