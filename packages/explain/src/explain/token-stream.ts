/** The stream of tokens that layers of attention read and add to. */
import { HeadlightError } from '../errors'
import { isFloat, type Facts, type ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import type { AttentionSite } from './attention-sites'
import { downstream, readsValues, upstream } from './dependence'
import { NotAChain } from './not-a-chain'
import { shortcutNotes } from './shortcuts'

/** Operators that leave a stream what it is: layout, scaling and normalisation of each token. */
const SAME_STREAM = new Set(
  'Reshape Transpose Squeeze Unsqueeze Identity Cast Dropout Mul Div Sub LayerNormalization Slice Gather'.split(' '),
)

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** Whether a value can hold one vector for each of the tokens: an axis of them, or a grid. */
export function carriesTokens(facts: ValueFacts | undefined, tokens: number): boolean {
  const dims = facts?.dims ?? []
  // The last axis has no next one to be multiplied with.
  return dims.length >= 3 && dims.some((dim, axis) => dim === tokens || dim * (dims[axis + 1] ?? 0) === tokens)
}

/**
 * Checks that the layers are steps of one stream of image tokens: each attention is added to the stream that its values
 * come from, once for each picture, and nothing else mixes tokens by a product in between. Gives what has to be said of
 * it. Throws 'unsupported-model'.
 */
export function checkStream(
  graph: Graph,
  facts: Facts,
  layers: AttentionSite[][],
  all: readonly AttentionSite[],
  pooling: readonly GraphNode[],
  oneTower: boolean,
): string[] {
  const other = otherProducts(graph, all, pooling, (name) => carriesTokens(facts.get(name), all[0]!.tokens), facts)[0]
  if (other) throw new NotAChain(`${unseenProduct(other)}: a rollout would pass it over.`)
  const alone: string[] = []
  const residuals = (site: AttentionSite) => {
    const residual = residualOf(graph, facts, site, all)
    if (residual === null) alone.push(site.node.label)
    else refuseViews(facts.get(residual)!, site)
    return residual
  }
  const reads = layers.map((sites) => ({ sites, residuals: sites.map(residuals) }))
  const notes = [...convolutionNotes(graph, facts, layers), ...readMapNotes(graph, layers, all)]
  // Other towers lead to the logits around the chosen one, which is said already.
  notes.push(...shortcutNotes(graph, reads, oneTower ? graph.outputs[0]!.name : null))
  return [...notes, ...noResidualNotes(alone)]
}

/** Says of the attentions of these nodes that they are added to no stream. */
export const noResidualNotes = (alone: string[]): string[] =>
  alone.length === 0
    ? []
    : [
        `No residual connection was found around the attention of ${named(alone)}; rollout adds the identity there all the same.`,
      ]

function refuseViews({ dims, batchAxis }: ValueFacts, { node }: AttentionSite): void {
  if (batchAxis === null || dims[batchAxis] === 1) return
  throw refuse(
    `The model looks at ${dims[batchAxis]} views of each picture in one batch (as test-time averaging does, seen at the attention of node '${node.label}'): their heads are not heads of one layer. Export the model for one view.`,
  )
}

/**
 * The stream that an attention's result is added to, before further attention; null where it is added to none. Throws
 * 'unsupported-model' where that stream is another than its values come from (cross-attention).
 */
export function residualOf(
  graph: Graph,
  facts: Facts,
  site: AttentionSite,
  all: readonly AttentionSite[],
): string | null {
  const producers = graph.producers()
  const others = new Set(all.filter((other) => other !== site).flatMap(({ products }) => products))
  const results = site.products.flatMap(({ outputs }) => outputs)
  const reached = downstream(graph, results, others)
  // What else reads the map is not a stream that the result is added to.
  const after = downstream(graph, [...results, ...mapsOf(site)])
  const source = upstream(producers, [site.values])
  const queries = upstream(producers, [site.value])
  const onPixels = downstream(graph, [graph.inputs[0]!.name])
  let foreign: { node: GraphNode; crossed: boolean } | null = null
  for (const node of graph.nodes) {
    if ((node.op !== 'Add' && node.op !== 'Sum') || !node.inputs.some((input) => reached.has(input))) continue
    for (const input of node.inputs) {
      if (after.has(input) || !carriesTokens(facts.get(input), site.tokens)) continue
      const stream = sameStream(input, producers, facts)
      if (stream.some((name) => source.has(name))) return input
      const crossed = stream.some((name) => queries.has(name))
      // Constants that nothing of the attention is made of are a bias for each token.
      if (crossed || onPixels.has(input)) foreign ??= { node, crossed }
    }
  }
  if (!foreign) return null
  const added = `The attention of node '${site.node.label}' is added (node '${foreign.node.label}') to other tokens than its values come from`
  throw new NotAChain(
    foreign.crossed
      ? `${added}: this is cross-attention, which rollout does not cover.`
      : `${added}, and nothing of it is made of them: streams that meet there are more than a rollout knows.`,
  )
}

/** A, and the softmaxes that it is made of. */
const mapsOf = ({ value, softmaxes }: AttentionSite) => [value, ...softmaxes.map(({ outputs }) => outputs[0]!)]

/** Maps that the model reads as numbers, besides multiplying values with them. */
function readMapNotes(graph: Graph, layers: AttentionSite[][], all: readonly AttentionSite[]): string[] {
  const products = new Set(all.flatMap((site) => site.products))
  const [output] = graph.outputs
  const at = layers.findIndex((sites) =>
    sites.some((site) => downstream(graph, mapsOf(site), products).has(output!.name)),
  )
  if (at < 0) return []
  return [
    `The attention map of layer ${at} (node '${layers[at]![0]!.node.label}') is read as numbers too, besides multiplying values: G has that part, and a rollout leaves it out.`,
  ]
}

/** A value and those that it is a rescaled, reshaped or normalised form of. */
export function sameStream(value: string, producers: Map<string, GraphNode>, facts: Facts): string[] {
  const stream = [value]
  for (;;) {
    const node = producers.get(stream.at(-1)!)
    if (!node || !SAME_STREAM.has(node.op)) return stream
    const next = node.inputs.find((input) => producers.has(input) && (facts.get(input)?.dims.length ?? 0) >= 2)
    if (next === undefined) return stream
    stream.push(next)
  }
}

/** Products of two values that depend on the picture, and are not part of an attention, mix tokens unseen. */
export function otherProducts(
  graph: Graph,
  sites: readonly AttentionSite[],
  pooling: readonly GraphNode[],
  holdsTokens: (name: string) => boolean,
  facts: Facts,
): GraphNode[] {
  // Comparisons look at scores on the side, to guard against rows that are masked as a whole.
  const looks = graph.nodes.filter(({ outputs }) => !isFloat(facts.get(outputs[0]!)?.type ?? 'float32'))
  const closed = new Set([...sites.flatMap((site) => site.softmaxes), ...pooling, ...looks])
  const known = new Set(sites.flatMap((site) => site.products))
  const producers = graph.producers()
  const onPixels = downstream(graph, [graph.inputs[0]!.name])
  const read = upstream(
    producers,
    sites.flatMap(({ value, values }) => [value, values]),
  )
  const past = upstream(
    producers,
    graph.outputs.map(({ name }) => name),
    closed,
  )
  // Behind the last layer only what still has tokens can mix them; a query that pools them has left them behind.
  const pooled = downstream(
    graph,
    pooling.flatMap(({ outputs }) => outputs),
  )
  const mixes = (name: string) => read.has(name) || (holdsTokens(name) && !pooled.has(name))
  return graph.nodes.filter(
    (node) =>
      (node.op === 'MatMul' || node.op === 'Einsum') &&
      !known.has(node) &&
      node.inputs.filter((input) => onPixels.has(input)).length > 1 &&
      node.outputs.some((output) => mixes(output) && past.has(output)),
  )
}

/** What such a product is. */
export const unseenProduct = ({ label, op }: GraphNode) =>
  `Node '${label}' (${op}) mixes tokens by a product of two values that depend on the picture, and is not softmax attention (linear attention, or a softmax that is written out)`

/** Convolutions between layers of attention mix neighbouring tokens. */
function convolutionNotes(graph: Graph, facts: Facts, layers: AttentionSite[][]): string[] {
  const results = layers.flat().flatMap(({ products }) => products.flatMap(({ outputs }) => outputs))
  const after = downstream(graph, results)
  const mixing = graph.nodes.filter(
    (node) =>
      readsValues(node) &&
      node.op === 'Conv' &&
      node.inputs.some((input) => after.has(input)) &&
      (facts.get(node.inputs[1]!)?.dims.slice(2) ?? []).some((side) => side > 1),
  )
  if (mixing.length === 0) return []
  return [
    `Convolutions mix neighbouring tokens beside or after the attention (${named(mixing.map(({ label }) => label))}); rollout knows nothing of them.`,
  ]
}

const named = (labels: string[]) =>
  labels.length === 1 ? `node '${labels[0]}'` : `node '${labels[0]}' and ${labels.length - 1} more`
