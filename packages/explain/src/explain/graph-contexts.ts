/** What methods build their nodes from, made of a model's anatomy and of its gradients in the explain graph. */
import { TensorProto_DataType as T } from 'onnx-buf'
import type { GraphBuilder } from '../onnx/builder'
import type { ElementType } from '../onnx/tensor'
import type { ExplainOptions } from './api'
import type { ModelAnatomy } from './anatomy'
import type { AttentionSite } from './attention-sites'
import type { MethodContext } from './methods/context'
import { headWeights } from './methods/gmar'
import { equalShares, touchedShares, type UnfoldedContext } from './methods/unfolded-chain'
import { normOver } from './norms'
import { byWindow, scoreOf } from './site-shape'
import type { TokenChain } from './token-chain'

/** Values of the explain graph that contexts are made of, each built when it is first asked for. */
interface Found {
  /** G in the site's own shape and type. */
  gradientOf: (site: AttentionSite) => string
  /** sum A o G, `[B, heads]`. */
  taylorOf: (site: AttentionSite) => string
  typeOf: (value: string) => ElementType
}

/** Of a chain of maps over the same tokens; head scores alone where layers have tokens of their own. */
export function methodContext(
  g: GraphBuilder,
  anatomy: ModelAnatomy,
  options: ExplainOptions,
  { gradientOf, taylorOf, typeOf }: Found,
): MethodContext {
  const { attentions, geometry, readoutRows, dense } = anatomy
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
  const attention = memo((layer: number) => joined(layer, ({ value }) => value))
  const gradient = memo((layer: number) => joined(layer, gradientOf))
  const score = (norm: 'l1' | 'l2') => (layer: number) => {
    const [site] = layers[layer] as [AttentionSite]
    if (site.shape) return scoreOf(g, site.shape, single(g, gradientOf(site), typeOf(site.value)), norm)
    return normOver(g, gradient(layer), [2, 3], norm)
  }
  const taylor = memo((layer: number) => g.concat(layers[layer]!.map(taylorOf), 1))
  const scores = {
    l1: memo(score('l1')),
    l2: memo(score('l2')),
    taylor: memo((layer: number) => g.op('Abs', [taylor(layer)])),
  }
  return {
    g,
    layers: layers.length,
    headsOf: (layer) => layerHeads?.[layer] ?? heads,
    signed,
    tokens,
    settings: options.settings,
    readoutRows,
    rowShares: dense ? lazily(() => rowShares(g, gradient(layers.length - 1))) : null,
    patches: geometry.patches,
    attention,
    gradient,
    score: (kind, layer) => scores[kind](layer),
    taylor,
  }
}

/** Of windows, stages and pooled keys. */
export function unfoldedContext(
  g: GraphBuilder,
  { dense, readoutRows }: ModelAnatomy,
  chain: TokenChain,
  { settings }: ExplainOptions,
  { gradientOf, typeOf, context }: Pick<Found, 'gradientOf' | 'typeOf'> & { context: MethodContext },
): UnfoldedContext {
  const ofLayer = (of: (site: AttentionSite) => string) =>
    memo((layer: number) => {
      const { site, shape } = chain.layers.find((one) => one.layer === layer)!
      return byWindow(g, shape, single(g, of(site), typeOf(site.value)))
    })
  const [attention, gradient] = [ofLayer(({ value }) => value), ofLayer(gradientOf)]
  const last = chain.layers.at(-1)!
  const weights = {
    l1: headWeights(context, 'l1'),
    l2: headWeights(context, 'l2'),
    taylor: headWeights(context, 'taylor'),
  }
  return {
    ...{ g, chain, settings },
    shares: lazily(() => (dense ? touchedShares(g, last, gradient(last.layer)) : equalShares(g, last, readoutRows))),
    attention: ({ layer }) => attention(layer),
    gradient: ({ layer }) => gradient(layer),
    weights: (score, { layer }) => g.unsqueeze(weights[score](layer), [4]),
  }
}

/** The same share for every row of G `[B, H, N, N]` that is not 0 throughout, `[B, 1, 1, N]`: the read-out rows of each sample. */
function rowShares(g: GraphBuilder, gradient: string): string {
  const largest = g.unsqueeze(g.reduce('ReduceMax', g.op('Abs', [gradient]), [1, 3], false), [1, 2])
  const rows = g.cast(g.op('Greater', [largest, g.scalar(0)]), T.FLOAT)
  return g.div(rows, g.op('Max', [g.sum(rows, [3], true), g.scalar(1)]))
}

/** Results are float32, whatever the model computes in. */
export function single(g: GraphBuilder, value: string, type: ElementType): string {
  return type === 'float32' ? value : g.cast(value, T.FLOAT)
}

/** Makes a value when it is first asked for. */
export function lazily<Value>(make: () => Value): () => Value {
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
