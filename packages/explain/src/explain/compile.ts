/** The explain graph: the model, its backward pass down to every attention map, head scores and relevance maps. */
import { HeadlightError } from '../errors'
import { raiseLayerNormalizations } from '../autodiff/composites'
import { differentiate, type RuleLookup } from '../autodiff/differentiate'
import { TensorProto_DataType as T } from 'onnx-buf'
import { GraphBuilder } from '../onnx/builder'
import type { ValueInfo } from '../onnx/graph'
import { takeFromOwnFile } from '../onnx/own-file'
import { selectEarly } from '../onnx/select-early'
import { writeModel } from '../onnx/write'
import type { ExplainGraph, ExplainOptions } from './api'
import type { ModelAnatomy } from './anatomy'
import { askClasses, askPixels, askQueries, type Question, type QuestionInputs } from './ask'
import type { AttentionSite } from './attention-sites'
import type { Attentions } from './discover'
import { methodBuilders } from './methods/index'
import { unfoldedBuilders } from './methods/unfolded'
import { readoutAttention } from './methods/context'
import { lazily, methodContext, single, unfoldedContext } from './graph-contexts'
import { HEAD_MEASURES, headMeasures } from './head-measures'
import { headProducts, taylorOfMatrices, taylorOfProducts } from './head-taylor'
import { batchFirst } from './site-shape'

const TARGET = 'headlight/target_class'
const AGAINST = 'headlight/against_class'
const QUERY = 'headlight/query_index'
const REGION = 'headlight/region'

/** Builds and serialises the explain graph, with its weights: it is kept and run for long, and the model's file may be written anew. */
export function compileExplainGraph(anatomy: ModelAnatomy, options: ExplainOptions, rules?: RuleLookup): ExplainGraph {
  const built = buildExplainGraph(anatomy, options, rules)
  takeFromOwnFile(built.graph)
  return serialised(anatomy, options, built)
}

/** The same to be run a few times at once: weights stay where they lie. */
export function briefExplainGraph(anatomy: ModelAnatomy, options: ExplainOptions): ExplainGraph {
  const graph = serialised(anatomy, options, buildExplainGraph(anatomy, options))
  return { ...graph, brief: true }
}

function serialised(
  { dense, dynamicBatch }: ModelAnatomy,
  options: ExplainOptions,
  { graph, outputs }: ReturnType<typeof buildExplainGraph>,
): ExplainGraph {
  return {
    ...writeModel(graph),
    imageInput: graph.inputs[0]!.name,
    targetInput: TARGET,
    ...(options.contrast && { againstInput: AGAINST }),
    ...(dense?.kind === 'queries' && { queryInput: QUERY }),
    ...(dense?.kind === 'pixels' && {
      regionInput: { name: REGION, size: [dense.height, dense.width] as [number, number] },
    }),
    outputs,
    dynamicBatch,
  }
}

/** The explain graph before serialisation. A selection that needs no gradient has no backward pass. */
function buildExplainGraph(anatomy: ModelAnatomy, options: ExplainOptions, rules?: RuleLookup) {
  const { attentions, logits, dense, dynamicBatch } = anatomy
  refuseMaps(attentions, options)
  const graph = anatomy.graph.clone()
  const boxes = dense?.kind === 'queries' ? dense.boxes : null
  graph.outputs = [logits.value, ...(boxes ? [boxes] : []), ...matricesOf(attentions)].map((name) => ({
    name,
    type: 'unknown',
    dims: [],
  }))
  raiseLayerNormalizations(graph, anatomy.facts)
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
  if (dense?.kind === 'queries') graph.inputs.push({ name: QUERY, type: 'int64', dims: [batch] })
  if (dense?.kind === 'pixels') {
    graph.inputs.push({ name: REGION, type: 'float32', dims: [batch, dense.height, dense.width] })
  }
  const typeOf = (name: string) => facts.get(name)!.type
  /** Constants that are combined with the logits have their type. */
  const besideLogits = <Result>(build: () => Result) => g.meeting(typeOf(logits.value), build)
  const inputs: QuestionInputs = {
    target: TARGET,
    against: options.contrast ? AGAINST : null,
    query: QUERY,
    region: dense?.kind === 'pixels' && typeOf(logits.value) === 'float64' ? g.cast(REGION, T.DOUBLE) : REGION,
  }
  const question = besideLogits(() => ask(g, anatomy, options, inputs))
  const { target, against } = question
  const sites = attentions.layers.flat()
  const products = new Map(sites.map((site) => [site, headProducts(graph, facts, site)]))
  const reached = [
    ...matricesOf(attentions),
    ...[...products.values()].flatMap((all) => all?.map(({ output }) => output) ?? []),
  ]
  const gradients = lazily(() => backward(g, { ...anatomy, facts }, besideLogits(question.weights), reached, rules))
  const zeros = (value: string) => g.meeting(typeOf(value), () => g.mul(value, g.scalar(0)))
  const gradientOf = ({ value }: AttentionSite) => gradients().get(value) ?? zeros(value)
  const taylorOf = (site: AttentionSite) => {
    const known = products.get(site)
    const sum = known ? taylorOfProducts(g, site, known, (value) => gradients().get(value) ?? null) : null
    return single(g, sum ?? taylorOfMatrices(g, site, g.mul(site.value, gradientOf(site))), typeOf(site.value))
  }

  const context = methodContext(g, anatomy, options, { gradientOf, taylorOf, typeOf })
  const outputs: ExplainGraph['outputs'] = {
    logits: declare('logits', single(g, question.logits, typeOf(logits.value)), [logits.classes]),
    target: declare('target', target, [], 'int64'),
    ...(against && { against: declare('against', against, [], 'int64') }),
    maps: {},
  }
  const { probabilities, query, box } = question
  if (probabilities) {
    outputs.probabilities = declare('probabilities', single(g, probabilities, typeOf(logits.value)), [logits.classes])
  }
  if (query) outputs.query = declare('query', query, [], 'int64')
  if (box) outputs.box = declare('box', single(g, box, typeOf(boxes!)), [4])
  const unfolded = anatomy.chain && unfoldedContext(g, anatomy, anatomy.chain, options, { gradientOf, typeOf, context })
  for (const method of options.methods) {
    const map = unfolded ? unfoldedBuilders[method](unfolded) : methodBuilders[method](context)
    outputs.maps[method] = declare(`map_${method}`, map, [anatomy.geometry.patches.length])
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
  if (options.scores || options.headMeasures) {
    outputs.headTaylor = declare('head_taylor', stack(context.taylor, 2), [layers, heads])
  }
  if (options.headMeasures) {
    const measured = attentions.layers.map((_, layer) => headMeasures(context, attentions, facts, layer))
    for (const name of HEAD_MEASURES) {
      const label = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      outputs[name] = declare(
        label,
        stack((layer) => measured[layer]![name], 2),
        [layers, heads],
      )
    }
  }
  if (options.raw && attentions.tokens === 0) {
    const ofSites = (name: string, of: (site: AttentionSite) => string) =>
      attentions.layers.flat().map((site, layer) => {
        const output = `headlight/${name}_${layer}`
        const { value, rank } = batchFirst(
          g,
          site.shape!,
          single(g, of(site), typeOf(site.value)),
          anatomy.facts.get(site.value)!,
        )
        g.op('Identity', [value], {}, [output])
        declared.push({
          name: output,
          type: 'float32',
          dims: Array.from({ length: rank }, (_, axis) => `${output}.${axis}`),
        })
        return output
      })
    outputs.siteAttention = ofSites('attention', ({ value }) => value)
    outputs.siteGradient = ofSites('gradient', gradientOf)
  } else if (options.raw) {
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

function refuseMaps({ noMaps, layers, tokens }: Attentions, { methods, readoutAttention }: ExplainOptions): void {
  if (noMaps === undefined && readoutAttention && tokens === 0) {
    throw new HeadlightError(
      'unsupported-model',
      'The attention of a single head is not a map here: the layers of this model have tokens of their own (windows, stages or pooled keys).',
    )
  }
  if (noMaps === undefined || (methods.length === 0 && !readoutAttention)) return
  throw new HeadlightError(
    'unsupported-model',
    `This model has head scores of its ${layers.length} attention layers and no maps: ${noMaps} Ask for head scores alone.`,
  )
}

function ask(g: GraphBuilder, anatomy: ModelAnatomy, { noObject }: ExplainOptions, inputs: QuestionInputs): Question {
  const { dense, logits } = anatomy
  if (!dense) return askClasses(g, logits, inputs)
  const { classes } = logits
  if (dense.kind === 'pixels') return askPixels(g, dense, classes, inputs)
  return askQueries(g, dense, { classes, noObject: noObject ?? null, boxes: dense.boxes }, inputs)
}

/** The gradients of `targets`, null where none arrives, for a gradient of the logits. */
function backward(
  g: GraphBuilder,
  { facts, logits }: ModelAnatomy,
  seed: string,
  targets: readonly string[],
  rules?: RuleLookup,
): Map<string, string | null> {
  return differentiate(new GraphBuilder(g.graph, 'backward'), facts, { output: logits.value, seed, targets }, rules)
}

const matricesOf = ({ layers }: Attentions) => layers.flat().map(({ value }) => value)
