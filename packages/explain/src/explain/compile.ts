/** The explain graph: the model, its backward pass down to every attention map, head scores and relevance maps. */
import { differentiate, type RuleLookup } from '../autodiff/differentiate'
import { AGAINST_PREDICTED, AGAINST_RUNNER_UP } from './class-inputs'
import { TensorProto_DataType as T } from 'onnx-buf'
import { GraphBuilder } from '../onnx/builder'
import type { ValueInfo } from '../onnx/graph'
import { selectEarly } from '../onnx/select-early'
import { float32, type ElementType } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { ExplainGraph, ExplainOptions } from './api'
import type { ModelAnatomy } from './anatomy'
import type { AttentionSite } from './attention-sites'
import type { Attentions } from './discover'
import type { Logits } from './logits'
import { methodBuilders } from './methods/index'
import { type MethodContext, readoutAttention } from './methods/context'

const TARGET = 'headlight/target_class'
const AGAINST = 'headlight/against_class'

/** Builds and serialises the explain graph. */
export function compileExplainGraph(anatomy: ModelAnatomy, options: ExplainOptions, rules?: RuleLookup): ExplainGraph {
  const { graph, outputs } = buildExplainGraph(anatomy, options, rules)
  return {
    ...writeModel(graph),
    imageInput: graph.inputs[0]!.name,
    targetInput: TARGET,
    ...(options.contrast && { againstInput: AGAINST }),
    outputs,
    dynamicBatch: anatomy.dynamicBatch,
  }
}

/** The explain graph before serialisation. A selection that needs no gradient has no backward pass. */
export function buildExplainGraph(anatomy: ModelAnatomy, options: ExplainOptions, rules?: RuleLookup) {
  const { attentions, logits, dynamicBatch } = anatomy
  const graph = anatomy.graph.clone()
  graph.outputs = [logits.value, ...matricesOf(attentions)].map((name) => ({
    name,
    type: 'unknown',
    dims: [],
  }))
  const facts = selectEarly(graph, anatomy.facts)
  const batch = dynamicBatch ? 'batch' : 1
  const g = new GraphBuilder(graph, 'explain')
  const declared: ValueInfo[] = []
  const declare = (name: string, value: string, dims: ValueInfo['dims'], type: ValueInfo['type'] = 'float32') => {
    g.op('Identity', [value], {}, [`headlight/${name}`])
    declared.push({ name: `headlight/${name}`, type, dims: [batch, ...dims] })
    return `headlight/${name}`
  }

  graph.inputs[0]!.dims[0] = batch
  graph.inputs.push({ name: TARGET, type: 'int64', dims: [batch] })
  if (options.contrast) graph.inputs.push({ name: AGAINST, type: 'int64', dims: [batch] })
  const predicted = predictedClass(g, logits)
  const target = g.where(g.op('Less', [TARGET, g.int(0)]), predicted, TARGET)
  const typeOf = (name: string) => facts.get(name)!.type
  /** Constants that are combined with the logits have their type. */
  const besideLogits = <Result>(build: () => Result) => g.meeting(typeOf(logits.value), build)
  const against = options.contrast ? besideLogits(() => chosenAgainst(g, logits, predicted)) : null
  const gradients = lazily(() => {
    const seed = besideLogits(() => (against ? contrastSeed(g, logits, target, against) : oneHot(g, logits, target)))
    return backward(g, { ...anatomy, facts }, seed, rules)
  })
  const context = methodContext(g, anatomy, options, gradients, typeOf)

  const outputs: ExplainGraph['outputs'] = {
    logits: declare('logits', single(g, logits.value, typeOf(logits.value)), [logits.classes]),
    target: declare('target', target, [], 'int64'),
    ...(against && { against: declare('against', against, [], 'int64') }),
    maps: {},
  }
  for (const method of options.methods) {
    outputs.maps[method] = declare(`map_${method}`, methodBuilders[method](context), [anatomy.geometry.patches.length])
  }
  const { heads, tokens, layerHeads } = attentions
  const layers = attentions.layers.length
  /** `[B, H, ..]` with zeros in place of the heads that the layer has not. */
  const padded = (value: string, layer: number, rank: number) => {
    const missing = layerHeads ? heads - layerHeads[layer]! : 0
    return missing === 0 ? value : g.padAfter(value, { axis: 1, count: missing, rank })
  }
  for (const [norm, output] of [
    ['l1', 'headL1'],
    ['l2', 'headL2'],
  ] as const) {
    if (!options.scores && !options.methods.includes(`gmar_${norm}`)) continue
    const scores = attentions.layers.map((_, layer) => g.unsqueeze(padded(context.score(norm, layer), layer, 2), [1]))
    outputs[output] = declare(`head_${norm}`, g.concat(scores, 1), [layers, heads])
  }
  const stack = (of: (layer: number) => string, rank: number) =>
    g.concat(
      attentions.layers.map((_, layer) => g.unsqueeze(padded(of(layer), layer, rank), [1])),
      1,
    )
  if (options.raw) {
    outputs.attention = declare('attention', stack(context.attention, 4), [layers, heads, tokens, tokens])
    outputs.gradient = declare('gradient', stack(context.gradient, 4), [layers, heads, tokens, tokens])
  }
  if (options.readoutAttention) {
    const patches = anatomy.geometry.patches.length
    const ofLayer = stack((layer) => readoutAttention(context, layer), 3)
    outputs.readoutAttention = declare('readout_attention', ofLayer, [layers, heads, patches])
  }
  graph.outputs = declared
  graph.prune()
  return { graph, outputs }
}

/** Results are float32, whatever the model computes in. */
function single(g: GraphBuilder, value: string, type: ElementType): string {
  return type === 'float32' ? value : g.cast(value, T.FLOAT)
}

/** The class with the highest logit of each sample, int64 `[B]`; of equal ones the first. */
function predictedClass(g: GraphBuilder, { value }: Pick<Logits, 'value'>): string {
  return g.op('ArgMax', [value], { axis: 1, keepdims: 0 })
}

/** The class that each sample's target is explained against `[B]`: the given one, or what its mark stands for. */
function chosenAgainst(g: GraphBuilder, logits: Logits, predicted: string): string {
  const isPredicted = g.op('Greater', [oneHot(g, logits, predicted), g.scalar(0)])
  const others = g.where(isPredicted, g.scalar(-Infinity), logits.value)
  const runnerUp = predictedClass(g, { value: others })
  const marked = (mark: number) => g.op('Equal', [AGAINST, g.int(mark)])
  return g.where(marked(AGAINST_PREDICTED), predicted, g.where(marked(AGAINST_RUNNER_UP), runnerUp, AGAINST))
}

/** d logit[class] / d logits, `[B, classes]`; all zeros for a class from `classes` on. */
function oneHot(g: GraphBuilder, { classes }: Logits, chosen: string): string {
  // Not every execution provider has it for doubles.
  const values = g.constant(float32([2], [0, 1]))
  const hot = g.op('OneHot', [chosen, g.int(classes), values], { axis: 1 })
  return g.floatType === 'float64' ? g.cast(hot, T.DOUBLE) : hot
}

/** d (logit[target] - logit[against]) / d logits; nothing is subtracted where `against` is negative. */
function contrastSeed(g: GraphBuilder, logits: Logits, target: string, against: string): string {
  const none = g.op('Less', [against, g.int(0)])
  // OneHot counts a negative class from the end; one beyond the last is not a class at all.
  const subtracted = g.where(none, g.int(logits.classes), against)
  return g.sub(oneHot(g, logits, target), oneHot(g, logits, subtracted))
}

/** G of every layer, in the layout of its softmax, for a gradient of the logits. */
function backward(
  g: GraphBuilder,
  { facts, attentions, logits }: ModelAnatomy,
  seed: string,
  rules?: RuleLookup,
): Map<string, string | null> {
  const targets = matricesOf(attentions)
  return differentiate(new GraphBuilder(g.graph, 'backward'), facts, { output: logits.value, seed, targets }, rules)
}

function methodContext(
  g: GraphBuilder,
  anatomy: ModelAnatomy,
  options: ExplainOptions,
  gradients: () => Map<string, string | null>,
  typeOf: (value: string) => ElementType,
): MethodContext {
  const { attentions, geometry, readoutRows } = anatomy
  const { heads, layerHeads, tokens, layers, signed } = attentions
  const separate = (site: AttentionSite, found: string) => {
    const value = single(g, found, typeOf(site.value))
    return site.layout === 'separate' ? value : g.reshape(value, [-1, site.heads, tokens, tokens])
  }
  /** One matrix for each head, over all attentions of a layer. */
  const joined = (layer: number, of: (site: AttentionSite) => string) =>
    g.concat(
      layers[layer]!.map((site) => separate(site, of(site))),
      1,
    )
  const zeros = (value: string) => g.meeting(typeOf(value), () => g.mul(value, g.scalar(0)))
  const attention = memo((layer: number) => joined(layer, ({ value }) => value))
  const gradient = memo((layer: number) => joined(layer, ({ value }) => gradients().get(value) ?? zeros(value)))
  const scores = {
    l1: memo((layer: number) => g.reduce('ReduceL1', gradient(layer), [2, 3], false)),
    l2: memo((layer: number) => g.reduce('ReduceL2', gradient(layer), [2, 3], false)),
  }
  return {
    g,
    layers: layers.length,
    headsOf: (layer) => layerHeads?.[layer] ?? heads,
    signed,
    tokens,
    settings: options.settings,
    readoutRows,
    patches: geometry.patches,
    attention,
    gradient,
    score: (norm, layer) => scores[norm](layer),
  }
}

const matricesOf = ({ layers }: Attentions) => layers.flat().map(({ value }) => value)

function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null
  return () => (made ??= { value: make() }).value
}

function memo(make: (layer: number) => string): (layer: number) => string {
  const made = new Map<number, string>()
  return (layer) => {
    if (!made.has(layer)) made.set(layer, make(layer))
    return made.get(layer)!
  }
}
