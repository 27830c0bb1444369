/** The model with a gate on the output of every head: O' = g O + (1 - g) F. */
import { TensorProto_DataType as T } from 'onnx-buf'
import { HeadlightError } from '../errors'
import { GraphBuilder } from '../onnx/builder'
import type { ElementType } from '../onnx/tensor'
import type { GraphFile } from '../onnx/run-graph'
import { takeFromOwnFile } from '../onnx/own-file'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import type { AttentionSite } from './attention-sites'
import { besideProduct, headOutput, headWidth } from './head-outputs'

const GATES = 'headlight/gates'
const LOGITS = 'headlight/logits'
const OUTPUTS = 'headlight/head_outputs'

/**
 * What stands in place of a head's output: nothing, the given mean outputs, `[H, d]` a layer, or the mean of V over the tokens
 * of the same image, as if A were 1 / N everywhere.
 */
export type HeadFill = { kind: 'zero' } | { kind: 'uniform' } | { kind: 'mean'; outputs: readonly Float32Array[] }

/** A forward graph in which single heads of single samples are switched off. */
export interface GatedGraph extends GraphFile {
  /** float32 `[B, C, H, W]`, preprocessed. */
  imageInput: string
  /** float32 `[B, L, H]`: 1 for a head as it is, 0 for one that is switched off. */
  gatesInput: string
  /** `[B, classes]` */
  logits: string
  /** Whether the graph takes batches of any size. */
  dynamicBatch: boolean
}

/** A graph that gives O of every head averaged over all tokens. */
export interface HeadOutputGraph extends GraphFile, Pick<GatedGraph, 'imageInput' | 'dynamicBatch'> {
  /** Names of its outputs, `[B, H, d]`, one a layer. */
  outputs: string[]
}

/** Throws 'unsupported-model' for models whose layers are no matrices over the same tokens, detectors and segmentations. */
export function compileGatedGraph(anatomy: ModelAnatomy, fill: HeadFill): GatedGraph {
  const { attentions, logits, dynamicBatch, facts } = anatomy
  refuseOthers(anatomy)
  const graph = anatomy.graph.clone()
  const batch = dynamicBatch ? 'batch' : 1
  const typeOf = (name: string) => facts.get(name)!.type
  graph.inputs[0]!.dims[0] = batch
  graph.inputs.push({ name: GATES, type: 'float32', dims: [batch, attentions.layers.length, attentions.heads] })
  const g = new GraphBuilder(graph, 'gated')
  attentions.layers.forEach((sites, layer) => {
    let first = 0
    for (const site of sites) {
      const span = { layer, first, heads: site.heads }
      first += site.heads
      g.meeting(typeOf(site.value), () => gate(g, anatomy, { site, span, fill }, typeOf(site.value)))
    }
  })
  const type = typeOf(logits.value)
  g.op('Identity', [type === 'float32' ? logits.value : g.cast(logits.value, T.FLOAT)], {}, [LOGITS])
  graph.outputs = [{ name: LOGITS, type: 'float32', dims: [batch, logits.classes] }]
  graph.sort()
  graph.prune()
  takeFromOwnFile(graph)
  return { ...writeModel(graph), imageInput: graph.inputs[0]!.name, gatesInput: GATES, logits: LOGITS, dynamicBatch }
}

/** Throws as `compileGatedGraph` does. */
export function compileHeadOutputs(anatomy: ModelAnatomy): HeadOutputGraph {
  const { attentions, dynamicBatch, facts } = anatomy
  refuseOthers(anatomy)
  const graph = anatomy.graph.clone()
  const batch = dynamicBatch ? 'batch' : 1
  graph.inputs[0]!.dims[0] = batch
  const g = new GraphBuilder(graph, 'outputs')
  const outputs = attentions.layers.map((sites, layer) => {
    const means = sites.map((site) => {
      const attention = separate(g, site)
      const mean = g.mean(headOutput(g, site, facts, { attention, single: false }), [2], false)
      return facts.get(site.value)!.type === 'float32' ? mean : g.cast(mean, T.FLOAT)
    })
    const name = `${OUTPUTS}_${layer}`
    g.op('Identity', [g.concat(means, 1)], {}, [name])
    return { name, width: headWidth(sites[0]!, facts), heads: sites.reduce((sum, { heads }) => sum + heads, 0) }
  })
  graph.outputs = outputs.map(({ name, width, heads }) => ({ name, type: 'float32', dims: [batch, heads, width] }))
  graph.prune()
  takeFromOwnFile(graph)
  return {
    ...writeModel(graph),
    imageInput: graph.inputs[0]!.name,
    outputs: outputs.map(({ name }) => name),
    dynamicBatch,
  }
}

interface Gated {
  site: AttentionSite
  span: { layer: number; first: number; heads: number }
  fill: HeadFill
}

/** Puts g A, for 'uniform' g A + (1 - g) / N, where A was; for 'mean' adds (1 - g) F to the product. */
function gate(g: GraphBuilder, { facts }: ModelAnatomy, { site, span, fill }: Gated, type: ElementType): void {
  const { layer, first, heads } = span
  const own = g.slice(GATES, [layer, first], [layer + 1, first + heads], [1, 2])
  const gates = type === 'float64' ? g.cast(own, T.DOUBLE) : own
  const ofMatrix = g.reshape(gates, site.layout === 'separate' ? [-1, heads, 1, 1] : [-1, 1, 1])
  const off = (value: string) => g.sub(g.scalar(1), value)
  const readers = g.graph.nodes.filter(({ inputs }) => inputs.includes(site.value))
  const gated = g.mul(site.value, ofMatrix)
  const instead = fill.kind === 'uniform' ? g.add(gated, g.scale(off(ofMatrix), 1 / site.tokens)) : gated
  for (const reader of readers) reader.inputs = reader.inputs.map((name) => (name === site.value ? instead : name))
  if (fill.kind !== 'mean') return
  const width = headWidth(site, facts)
  const means = g.constant(
    g.floats([1, heads, 1, width], fill.outputs[layer]!.subarray(first * width, (first + heads) * width)),
  )
  const added = besideProduct(g, site, facts, g.mul(off(g.reshape(gates, [-1, heads, 1, 1])), means))
  const [output] = added.product.outputs
  const users = g.graph.nodes.filter(({ inputs }) => inputs.includes(output!))
  const sum = g.add(output!, added.value)
  for (const user of users) user.inputs = user.inputs.map((name) => (name === output ? sum : name))
}

/** A of a site, `[B, H, N, N]`. */
function separate(g: GraphBuilder, { value, layout, heads, tokens }: AttentionSite): string {
  return layout === 'separate' ? value : g.reshape(value, [-1, heads, tokens, tokens])
}

function refuseOthers({ attentions, dense }: ModelAnatomy): void {
  if (attentions.tokens === 0)
    throw new HeadlightError(
      'unsupported-model',
      'Heads are switched off in models whose layers are matrices over the same tokens; this one has windows, or layers with tokens of their own.',
    )
  if (dense)
    throw new HeadlightError(
      'unsupported-model',
      'Heads are switched off in classifiers; this model gives classes at several places.',
    )
}
