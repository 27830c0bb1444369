/** Finding the attention maps of a vision transformer in its graph: a chain of maps over the same tokens, else each alone. */
import type { ModelTower } from './report'
import { HeadlightError } from '../errors'
import type { Facts, ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { findAnySites, findSites, type AttentionSite } from './attention-sites'
import { upstream } from './dependence'
import { orderLayers } from './layer-order'
import { NotAChain } from './not-a-chain'
import { combineSharedValues, separateUses } from './shared-values'
import { checkStream, otherProducts, unseenProduct } from './token-stream'

export interface Attentions {
  /** The attentions of each layer, first layer first; those of one layer stand side by side. */
  layers: AttentionSite[][]
  /** Heads of a layer, of all its attentions; where layers differ, of the layer with the most. */
  heads: number
  /** Heads of each layer, where layers differ. */
  layerHeads?: number[]
  /** 0 where layers differ in them. */
  tokens: number
  /** Why there are no maps, where there are none. */
  noMaps?: string
  /** Whether A may be negative: heads are mixed after the softmax. */
  signed: boolean
  towers: ModelTower[]
  tower?: string
  /** Decisions about the graph that are not obvious, one sentence each. */
  notes: string[]
}

const INT8_OPS =
  /^(QLinear|MatMulInteger|ConvInteger|DynamicQuantizeLinear|QuantizeLinear|DequantizeLinear|QAttention|MatMulNBits|DynamicQuantizeMatMul|QGemm)/

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** Refuses by name what can be told from the operators alone. Throws 'unsupported-model'. */
export function refuseByOperators(graph: Graph): void {
  const quantised = graph.nodes.find((node) => INT8_OPS.test(node.op))
  if (quantised) {
    throw refuse(
      `This is a quantised (int8) graph: it has ${quantised.qualifiedOp} (node '${quantised.label}'). Integers have no gradients; use the float model it was made from.`,
    )
  }
  const control = graph.nodes.find((node) => ['If', 'Loop', 'Scan'].includes(node.op))
  if (control) {
    throw refuse(
      `The graph has the control-flow operator ${control.op} (node '${control.label}'); export the model with fixed image size and without dynamic branches.`,
    )
  }
}

/**
 * All attention maps in order of layers; `tower` names one of several towers. Products that are one matrix times values
 * are rewritten as that, so the graph and its facts may be others afterwards. Throws 'unsupported-model' with the reason, a
 * `NotAChain` where each attention alone could be explained.
 */
export function findAttentions(graph: Graph, facts: Map<string, ValueFacts>, tower?: string): Attentions {
  let found = findSites(graph, facts)
  if (combineSharedValues(graph, facts, found.sites)) found = findSites(graph, facts)
  const { pooling, fixed } = found
  const follows = (product: GraphNode, earlier: GraphNode) =>
    product !== earlier && upstream(graph.producers(), product.inputs).has(earlier.outputs[0]!)
  const sites = separateUses(graph, facts, found.sites, follows)
  if (sites.length === 0) throw new NotAChain(noAttention(graph))
  const { layers, towers, tower: chosen } = orderLayers(graph, facts, sites, tower)
  const { tokens, heads, layerHeads } = sizeOf(layers)
  const notes = [
    ...layerNotes(layers),
    ...unevenNotes(layers, layerHeads),
    ...checkStream(graph, facts, layers, sites, pooling, towers.length === 0),
    ...poolingNotes(graph, facts, layers, pooling, tokens),
  ]
  if (chosen !== undefined)
    notes.unshift(`Of ${towers.length} separate towers of attention layers '${chosen}' is explained.`)
  notes.push(...fixedNotes(fixed))
  const signed = layers.flat().some(({ mixed }) => mixed)
  return { layers, heads, ...(layerHeads && { layerHeads }), tokens, signed, towers, tower: chosen, notes }
}

/**
 * Attentions that are not one chain of maps over the same tokens: each is a layer of its own, in the order of the graph. Throws
 * 'unsupported-model' where heads cannot be told apart.
 */
export function findSeparateAttentions(graph: Graph, facts: Map<string, ValueFacts>): Attentions {
  let found = findAnySites(graph, facts)
  if (combineSharedValues(graph, facts, found.sites)) found = findAnySites(graph, facts)
  const { sites, fixed } = found
  if (sites.length === 0) throw refuse(noAttention(graph))
  const layers = sites.map((site) => [site])
  const pictures = facts.get(graph.inputs[0]!.name)!.batchAxis !== null
  const joint = sites.find(({ shape }) => pictures && !shape!.parts.some(({ of }) => of === 'batch'))
  if (joint) throw refuse(`The attention of node '${joint.node.label}' has no axis for the pictures of a batch.`)
  const signed = sites.some(({ mixed }) => mixed)
  const [other] = otherProducts(graph, sites, [], () => false, facts)
  const notes = [
    ...layerNotes(layers),
    ...(other ? [`${unseenProduct(other)}: no head stands for it.`] : []),
    ...fixedNotes(fixed),
  ]
  return { layers, ...headsOf(layers), tokens: 0, signed, towers: [], notes }
}

function fixedNotes(fixed: readonly GraphNode[]): string[] {
  if (fixed.length === 0) return []
  return [
    `${count(fixed.length, 'attention')} (node '${fixed[0]!.label}') ${fixed.length === 1 ? 'depends' : 'depend'} on no pixel, as in a text encoder with fixed prompts, and ${fixed.length === 1 ? 'is not a layer' : 'are not layers'}.`,
  ]
}

function sizeOf(layers: AttentionSite[][]): Pick<Attentions, 'tokens' | 'heads' | 'layerHeads'> {
  const [first] = layers[0]!
  const other = layers.flat().find(({ tokens }) => tokens !== first!.tokens)
  if (other) {
    throw new NotAChain(
      `The number of tokens changes from ${first!.tokens} to ${other.tokens} (node '${other.node.label}'): this is a hierarchical transformer, and rollout needs the same tokens in every layer.`,
    )
  }
  return { tokens: first!.tokens, ...headsOf(layers) }
}

function headsOf(layers: AttentionSite[][]): Pick<Attentions, 'heads' | 'layerHeads'> {
  const layerHeads = layers.map((layer) => layer.reduce((sum, { heads }) => sum + heads, 0))
  const heads = Math.max(...layerHeads)
  return layerHeads.some((count) => count !== heads) ? { heads, layerHeads } : { heads }
}

function unevenNotes(layers: AttentionSite[][], layerHeads: readonly number[] | undefined): string[] {
  if (!layerHeads) return []
  const narrow = layers[layerHeads.findIndex((count) => count !== layerHeads[0])]![0]!
  return [
    `The layers have different numbers of heads, ${layerHeads.join(', ')} (node '${narrow.node.label}'), as after heads were pruned away: every layer has the heads that are left in it.`,
  ]
}

function layerNotes(layers: AttentionSite[][]): string[] {
  const notes: string[] = []
  const branched = layers.findIndex((layer) => layer.length > 1)
  if (branched >= 0) {
    const names = layers[branched]!.map(({ node }) => `'${node.label}'`).join(' and ')
    notes.push(
      `Attentions that stand side by side in a block are one layer with all their heads: layer ${branched} has those of nodes ${names}, in this order.`,
    )
  }
  const mixed = layers.flat().find((site) => site.mixed)
  if (mixed) {
    notes.push(
      `Heads are mixed after the softmax (node '${mixed.node.label}'): A is the matrix that multiplies the values. It may be negative and its rows need not sum to 1 (the certificate checks the softmaxes that it is made of); rows of a rollout are divided by the sum of their absolute values.`,
    )
  }
  return notes
}

/** A single query that pools the tokens behind the layers is said; before them, or with a token of its own, refused. */
function poolingNotes(
  graph: Graph,
  facts: Facts,
  layers: AttentionSite[][],
  pooling: GraphNode[],
  tokens: number,
): string[] {
  const producers = graph.producers()
  const read = upstream(
    producers,
    layers.at(-1)!.flatMap(({ value, values }) => [value, values]),
  )
  for (const node of pooling) {
    const columns = facts.get(node.outputs[0]!)!.dims.at(-1)!
    // One that reads a part of the tokens, as the patches without registers, pools as well; a query among its keys does not.
    if (read.has(node.outputs[0]!) || columns > tokens) {
      throw new NotAChain(
        `The attention of node '${node.label}' has one query for ${columns} keys (class attention, as in CaiT), among layers of ${tokens} tokens; rollout needs the same tokens in every layer.`,
      )
    }
  }
  if (pooling.length === 0) return []
  return [
    `The logits are read through attention of a single query (node '${pooling[0]!.label}'), which is not a layer of a rollout; the tokens that it reads are averaged uniformly.`,
  ]
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

function noAttention(graph: Graph): string {
  const convolutions = graph.nodes.filter(({ op }) => op === 'Conv').length
  const softmaxes = graph.nodes.filter(({ op }) => op === 'Softmax').length
  if (convolutions > 1 && softmaxes === 0) {
    return `No attention was found: this looks like a convolutional network (${convolutions} Conv operators, no Softmax). Headlight explains vision transformers.`
  }
  return 'No attention was found: the graph has no softmax over tokens whose result multiplies values. Export the model in its eager form (for transformers: attn_implementation="eager").'
}
