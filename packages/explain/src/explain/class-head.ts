/** The head that class vectors make: appended to a model that gives features, so that logits are a value of its graph. */
import type { FeatureReadout } from './report'
import { HeadlightError } from '../errors'
import { GraphBuilder } from '../onnx/builder'
import type { ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { int64, type Tensor } from '../onnx/tensor'
import { classLogits, classWeights, NORM_EPSILON, type ClassVectors } from './class-vectors'
import type { ChosenFeatures } from './features'

/** How the logits of a model come from one of its outputs. */
export interface ClassHead {
  /** The output with the features, `[B, D]` or `[B, tokens, D]`. */
  output: string
  readout: FeatureReadout | null
  /** Tokens of the output that are read: the class token, the patches. Empty where the output has no tokens. */
  classToken: number | null
  patches: readonly number[]
  vectors: ClassVectors
}

/**
 * The head of these vectors on these features. Throws 'usage' where the tokens of the output are not those of the attention, or none of
 * them is a class token.
 * @param attention tokens of an attention map, and which of them are patches
 */
export function planClassHead(
  { output, readout }: ChosenFeatures,
  facts: ReadonlyMap<string, ValueFacts>,
  attention: { tokens: number; patches: readonly number[] },
  vectors: ClassVectors,
): ClassHead {
  if (readout === null) return { output, readout, classToken: null, patches: [], vectors }
  const tokens = facts.get(output)!.dims[1]!
  const { patches } = attention
  const patchesAlone = tokens === patches.length && tokens !== attention.tokens
  if (tokens !== attention.tokens && !patchesAlone) {
    throw usage(
      `The output '${output}' has ${tokens} tokens and the attention ${attention.tokens}, ${patches.length} of them patches, so that --features ${readout} cannot tell them apart; choose another output with --output.`,
    )
  }
  const first = patchesAlone || patches.includes(0) ? null : 0
  if (readout !== 'mean' && first === null) {
    throw usage(`The output '${output}' has no class token; take --features mean, the mean of its patches.`)
  }
  return { output, readout, classToken: first, patches: patchesAlone ? [...patches.keys()] : patches, vectors }
}

/** Appends the head; gives the name of the logits `[B, classes]`, whose facts are added as are those on the way. */
export function appendClassHead(graph: Graph, facts: Map<string, ValueFacts>, head: ClassHead): string {
  const { output, vectors } = head
  const { width, kind, scale, bias } = vectors
  const classes = vectors.names.length
  const { type, batchAxis } = facts.get(output)!
  const g = new GraphBuilder(graph, 'classes')
  g.floatType = type === 'float64' ? 'float64' : 'float32'
  const value = (name: string, ...dims: number[]) => {
    facts.set(name, { type, dims: [1, ...dims], batchAxis })
    return name
  }
  const constant = (tensor: Tensor) => {
    const name = g.constant(tensor)
    facts.set(name, { type: tensor.type, dims: tensor.dims, batchAxis: null, constant: tensor })
    return name
  }
  const features = readFeatures()
  const turned = kind === 'cosine' ? normalised(features) : features
  const weights = constant(g.floats([width, classes], classWeights(vectors)))
  let logits = value(g.matMul(turned, weights), classes)
  if (scale !== null) logits = value(g.mul(logits, constant(g.floats([], [scale]))), classes)
  if (bias) logits = value(g.add(logits, constant(g.floats([classes], bias))), classes)
  return logits

  function normalised(name: string): string {
    const length = value(g.reduce('ReduceL2', name, [1], true), 1)
    const bounded = value(g.op('Max', [length, constant(g.floats([], [NORM_EPSILON]))]), 1)
    return value(g.div(name, bounded), width)
  }

  function readFeatures(): string {
    const { readout, classToken, patches } = head
    if (readout === null) return output
    const each = facts.get(output)!.dims[2]!
    const parts: string[] = []
    if (readout !== 'mean') parts.push(value(g.gather(output, constant(int64([], [classToken!])), 1), each))
    if (readout !== 'cls') {
      const chosen = value(g.gather(output, constant(int64([patches.length], patches)), 1), patches.length, each)
      parts.push(value(g.mean(chosen, [1], false), each))
    }
    return parts.length === 1 ? parts[0]! : value(g.concat(parts, 1), each * parts.length)
  }
}

/** The logits of one picture's features as the file gives them, outside of any graph and in double precision. */
export function logitsOfFeatures(values: ArrayLike<number>, head: ClassHead): Float64Array {
  const { readout, classToken, patches, vectors } = head
  if (readout === null) return classLogits(values, vectors)
  const each = readout === 'cls+mean' ? vectors.width / 2 : vectors.width
  const mean = () =>
    Array.from({ length: each }, (_, at) =>
      patches.reduce((sum, token) => sum + values[token * each + at]! / patches.length, 0),
    )
  const own = () => Array.from({ length: each }, (_, at) => values[classToken! * each + at]!)
  return classLogits([...(readout === 'mean' ? [] : own()), ...(readout === 'cls' ? [] : mean())], vectors)
}

/** How the logits come from the features, in one sentence. */
export function headNote({ output, readout, vectors }: ClassHead): string {
  const { source, names, kind, scale, bias, prompts } = vectors
  const tokens = { cls: 'the class token of ', mean: 'the mean over the patches of ', 'cls+mean': '' }
  const of = readout === null ? '' : tokens[readout]
  const features = `${of}'${output}'${readout === 'cls+mean' ? ' (its class token, then the mean over its patches)' : ''}`
  const product = kind === 'cosine' ? 'the cosine between' : 'the product of'
  const scaled = scale === null ? '' : `${scale} times `
  const added = bias ? ', plus a bias' : ''
  if (prompts) {
    const { length } = prompts.prompts
    const averaged = names.length < length ? `, the mean direction of its prompts (${length} in all)` : ''
    const plus = bias ? `, plus the file's bias ${bias[0]}` : ''
    return `The logit of a class is ${scaled}the product of '${output}' and the text tower's vector of the class (${names.length} in ${source}${averaged})${plus}, as the file's own '${prompts.output}'.`
  }
  const unscaled = scale === null && kind === 'cosine' ? ' No scale was given, so it is 1.' : ''
  return `The logit of a class is ${scaled}${product} ${features} and the vector of the class (${names.length} in ${source})${added}.${unscaled}`
}

const usage = (message: string) => new HeadlightError('usage', message)
