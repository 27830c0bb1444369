/** What is said of maps over windows, stages and pooled keys: what they leave out, and what they assume. */
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { AttentionSite } from './attention-sites'
import { Dominators, downstream, upstream } from './dependence'
import { layersInWords } from './report'
import type { ChainLayer, TokenChain } from './token-chain'
import { noResidualNotes } from './token-stream'
import type { TokenFlow } from './tokens/token-flow'
import { ownOf } from './tokens/token-space'

/** Of a chain as `findTokenChain` gives it; `unchecked` are the layers that `checkTokens` did not reach. */
export function chainNotes(
  graph: Graph,
  facts: Facts,
  { chain, flow, unchecked }: { chain: TokenChain; flow: TokenFlow; unchecked: readonly number[] },
): string[] {
  const sites = chain.layers.map(({ site }) => site)
  const residuals = chain.layers.map((layer) => residualOf(graph, facts, layer, { flow, sites }))
  // A query that is not a token of the picture gets no identity.
  const alone = chain.layers.filter(({ rows }, at) => rows && residuals[at] === null)
  return [
    'Maps are rollouts through windows, stages and pooled keys: a token that is made of others gets an equal share of each. What convolutions and MLPs mix, and how much a merging weighs, is not in them.',
    ...(chain.channels.length > 0
      ? [`${layersInWords(chain.channels)} mix channels and no tokens: maps pass over them.`]
      : []),
    ...(unchecked.length > 0
      ? [
          `Where the tokens of ${layersInWords(unchecked)} lie was read off the graph and not checked by running it: without attention, no change of the picture reaches them.`,
        ]
      : []),
    ...noResidualNotes(alone.map(({ site }) => site.node.label)),
    ...aroundLast(graph, chain.layers.at(-1)!, residuals.at(-1)!),
  ]
}

/**
 * What an attention's result is added to before further attention; null where it is added to nothing. Its own queries (as MViT adds them) count
 * only where nothing else is added. Which tokens meet in the sum was checked when they were followed.
 */
function residualOf(
  graph: Graph,
  facts: Facts,
  { site, shape }: ChainLayer,
  { flow, sites }: { flow: TokenFlow; sites: readonly AttentionSite[] },
): string | null {
  const results = site.products.flatMap(({ outputs }) => outputs)
  const others = new Set(sites.filter((other) => other !== site).flatMap(({ products }) => products))
  const reached = downstream(graph, results, others)
  const after = downstream(graph, [site.value, ...results])
  const holdsTokens = (name: string) => {
    const tokens = flow.of.get(name)
    if (tokens)
      return (
        'lost' in tokens || tokens.some(({ labels }) => labels.length > 1 || labels.some((label) => ownOf(label) >= 0))
      )
    // A class token is a constant until the first attention.
    return shape.kind === 'class' && (facts.get(name)?.dims.length ?? 0) > 2
  }
  const added = graph.nodes.flatMap(({ op, inputs }) => {
    if ((op !== 'Add' && op !== 'Sum') || !inputs.some((input) => reached.has(input))) return []
    return inputs.filter((input) => !after.has(input) && holdsTokens(input))
  })
  const producers = graph.producers()
  const [scores, values] = [upstream(producers, [site.value]), upstream(producers, [site.values])]
  return added.find((name) => !scores.has(name) || values.has(name)) ?? added[0] ?? null
}

/** Says where something reaches the logits around the last attention, as where they are read from several stages. */
function aroundLast(graph: Graph, { site }: ChainLayer, residual: string | null): string[] {
  // In class attention patches go around by design: maps know it.
  if (site.shape!.kind === 'class') return []
  const dominators = new Dominators(graph, graph.inputs[0]!.name)
  const entry = dominators.common([site.value, site.values, ...(residual === null ? [] : [residual])])
  const output = graph.outputs[0]!.name
  if (entry !== null && dominators.common([entry, output]) === entry) return []
  return [
    `Something reaches the logits around the attention of node '${site.node.label}', the last layer, as where they are read from several stages; maps and weights leave this out.`,
  ]
}
