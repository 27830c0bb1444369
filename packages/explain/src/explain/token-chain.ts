/**
 * Attentions over windows, stages, pooled keys and a class token as one chain: which tokens the rows and columns of each layer's
 * matrices are, and how the tokens of one layer are made of those of the layer before.
 */
import { elementCount } from '../onnx/tensor'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { AttentionSite } from './attention-sites'
import { upstream } from './dependence'
import type { Attentions } from './discover'
import type { Geometry } from './geometry'
import { NotAChain } from './not-a-chain'
import { matrixAxes, type SiteShape } from './site-shape'
import { otherProducts, unseenProduct } from './token-stream'
import { followTokens, type TokenFlow } from './tokens/token-flow'
import { placeTokens } from './tokens/token-places'
import { sidesOf } from './tokens/token-products'
import { repeating, rowMajor, type TokenField } from './tokens/token-field'
import { commonAncestor, ownOf, PADDING, type TokenSpace, type TokenSpaces } from './tokens/token-space'

/** A sum over places of a row vector for each place of another: `indexes[place]`, each with its weight. */
export interface GatherSum {
  /** How many places the vector has that is summed. */
  from: number
  places: { index: number; weight: number }[][]
}

/** One attention of a chain. A state is one value for each own token (class token), then for each token of a space. */
export interface ChainLayer {
  site: AttentionSite
  shape: SiteShape
  /** The layer of the model. */
  layer: number
  /** The tokens of a state behind this layer. */
  tokens: number
  /** Place in the state of each row, window by window, -1 where it is padding; null where the query is not a token of the picture. */
  rows: Int32Array | null
  /** The same of each column, in a state of the tokens that the keys are. */
  columns: Int32Array
  /** From rows to the tokens of the layer before, for the residual connection. */
  passed: GatherSum
  /** From columns to those. */
  read: GatherSum
  /** From the tokens of the layer before to those that maps show. */
  shown: GatherSum
}

export interface TokenChain {
  layers: ChainLayer[]
  /** Layers that mix channels and no tokens: a map passes over them. */
  channels: number[]
  /** Tokens of a state that no pixel makes, before all others. */
  own: number
  geometry: Geometry
}

/** The chain, and the tokens of all values. Throws a `NotAChain` where the attentions are not steps of one stream of tokens that can be followed. */
export function findTokenChain(
  graph: Graph,
  facts: Facts,
  { layers }: Pick<Attentions, 'layers'>,
): { chain: TokenChain; flow: TokenFlow } {
  const sites = layers.map(([site]) => site!)
  const over = sites.filter(({ shape }) => shape!.kind !== 'channel')
  const channels = sites.flatMap(({ shape }, layer) => (shape!.kind === 'channel' ? [layer] : []))
  if (over.every(({ shape }) => shape!.kind === 'class')) {
    throw new NotAChain(
      `The attention of node '${sites[0]!.node.label}' is over channels, not tokens (as in XCiT): its matrices say which channels are mixed, and nothing of places in the picture.`,
    )
  }
  checkOrder(graph, over)
  const flow = followTokens(graph, facts, sites)
  refuseUnseen(graph, facts, sites, flow)
  const sides = over.map((site) => sidesAt(site, facts, flow))
  const picture = facts.get(graph.inputs[0]!.name)!.dims.slice(2) as [number, number]
  return { chain: linked(over, sites, sides, flow.spaces, channels, picture), flow }
}

function refuseUnseen(graph: Graph, facts: Facts, sites: readonly AttentionSite[], { of }: TokenFlow): void {
  const holdsTokens = (name: string) => {
    const tokens = of.get(name)
    return tokens !== undefined && ('lost' in tokens || tokens.some(({ labels }) => labels.length > 1))
  }
  const [other] = otherProducts(graph, sites, [], holdsTokens, facts)
  if (other) throw new NotAChain(`${unseenProduct(other)}: a rollout would pass it over.`)
}

/** Each attention reads values that the one before it made. */
function checkOrder(graph: Graph, sites: readonly AttentionSite[]): void {
  const producers = graph.producers()
  for (const [at, site] of sites.entries()) {
    const before = sites[at - 1]
    if (!before) continue
    const read = upstream(producers, [site.values])
    if (before.products.some(({ outputs }) => read.has(outputs[0]!))) continue
    throw new NotAChain(
      `The values of the attention of node '${site.node.label}' do not depend on the attention of node '${before.node.label}', which stands before it: the attentions are not one chain.`,
    )
  }
}

interface Sides {
  /** Labels of the rows of all windows; null where queries are not tokens. */
  rows: { space: TokenSpace; labels: Int32Array } | null
  columns: { space: TokenSpace; labels: Int32Array }
}

function sidesAt(site: AttentionSite, facts: Facts, { of }: TokenFlow): Sides {
  for (const name of [site.value, site.values, ...site.products.map(({ outputs }) => outputs[0]!)]) {
    const tokens = of.get(name)
    if (tokens && 'lost' in tokens) throw new NotAChain(tokens.lost)
  }
  const fields = of.get(site.value) as TokenField[] | undefined
  const { dims } = facts.get(site.value)!
  const shape = site.shape!
  const [row, column] = matrixAxes(site, facts)
  const { rows, columns } = sidesOf(fields ?? [], column)
  if (!columns) {
    throw new NotAChain(
      `Which tokens the keys of the attention of node '${site.node.label}' are could not be followed.`,
    )
  }
  if (!rows && shape.rows * shape.windows > 1) {
    throw new NotAChain(
      `The attention of node '${site.node.label}' has ${shape.rows} queries that are no tokens of the picture (learned queries, or cross-attention), which rollout does not cover.`,
    )
  }
  const labels = (field: TokenField, along: 'row' | 'column', other: number) => ({
    space: field.space,
    labels: bySite(field, site, dims, along, other),
  })
  return { rows: rows ? labels(rows, 'row', column) : null, columns: labels(columns, 'column', row) }
}

/** `[windows * length]`: the labels along the rows or columns of each window. Throws where heads have tokens of their own. */
function bySite(
  field: TokenField,
  { shape, node }: AttentionSite,
  dims: readonly number[],
  along: 'row' | 'column',
  other: number,
): Int32Array {
  const { parts, windows, rows, columns } = shape!
  if (field.dims[other]! > 1) {
    throw new NotAChain(`The tokens of the attention of node '${node.label}' differ within a ${along}.`)
  }
  const length = along === 'row' ? rows : columns
  const labels = new Int32Array(windows * length)
  const seen = new Uint8Array(windows * length)
  const strides = repeating(field.dims)
  const steps = rowMajor(parts.map(({ size }) => size))
  const kept = parts.map(({ of, size }) => (of !== along && (of === 'row' || of === 'column') ? 1 : size))
  for (let at = 0; at < elementCount(kept); at++) {
    let [rest, window, windowStep, token, tokenStep, place] = [at, 0, 1, 0, 1, 0]
    for (let part = parts.length - 1; part >= 0; part--) {
      const size = kept[part]!
      const index = rest % size
      rest = Math.floor(rest / size)
      place += index * steps[part]!
      if (parts[part]!.of === 'window') {
        window += index * windowStep
        windowStep *= size
      } else if (parts[part]!.of === along) {
        token += index * tokenStep
        tokenStep *= size
      }
    }
    let from = 0
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += (place % dims[axis]!) * strides[axis]!
      place = Math.floor(place / dims[axis]!)
    }
    const [label, to] = [field.labels[from]!, window * length + token]
    if (seen[to] && labels[to] !== label) {
      throw new NotAChain(`The heads of the attention of node '${node.label}' look at different tokens each.`)
    }
    seen[to] = 1
    labels[to] = label
  }
  return labels
}

function linked(
  sites: readonly AttentionSite[],
  all: readonly AttentionSite[],
  sides: readonly Sides[],
  spaces: TokenSpaces,
  channels: number[],
  picture: [number, number],
): TokenChain {
  const own = ownTokens(sides)
  const state = (label: number) => (label === PADDING ? -1 : label < 0 ? own.indexOf(label) : own.length + label)
  const [first] = sides
  const base = commonAncestor([first!.columns.space, ...(first!.rows ? [first!.rows.space] : [])])
  if (base === spaces.pixels) {
    throw new NotAChain(
      `The attention of node '${sites[0]!.node.label}' reads several streams of tokens that have pixels alone in common.`,
    )
  }
  let before = base
  const layers = sites.map((site, at): ChainLayer => {
    const { rows, columns } = sides[at]!
    const behind = rows?.space ?? columns.space
    for (const [what, space] of [
      ['queries', behind],
      ['keys', columns.space],
    ] as const) {
      if (spaces.composition(space, before)) continue
      throw new NotAChain(
        `The ${what} of the attention of node '${site.node.label}' are not made of the tokens of the layer before it: the attentions are not one chain.`,
      )
    }
    const places = rows && Int32Array.from(rows.labels, state)
    if (places && new Set(places.filter((place) => place >= 0)).size < places.filter((place) => place >= 0).length) {
      throw new NotAChain(`A token is a query of the attention of node '${site.node.label}' more than once.`)
    }
    const layer: ChainLayer = {
      ...{ site, shape: site.shape!, layer: all.indexOf(site) },
      tokens: own.length + behind.size,
      rows: places,
      columns: Int32Array.from(columns.labels, state),
      passed: gathering(spaces, behind, before, own),
      read: gathering(spaces, columns.space, before, own),
      shown: gathering(spaces, before, base, own),
    }
    if (site.mixed && !square(layer)) {
      throw new NotAChain(
        `Heads are mixed after the softmax at node '${site.node.label}', where queries and keys are different tokens.`,
      )
    }
    before = behind
    return layer
  })
  const { grid, order } = placeTokens(spaces, base, picture)
  return {
    layers,
    channels,
    own: own.length,
    geometry: { grid, patches: order.map((token) => own.length + token), notes: [] },
  }
}

/** Whether rows and columns of each window are the same tokens, in the same order. */
const square = ({ rows, columns, passed, read }: ChainLayer) =>
  rows !== null &&
  rows.length === columns.length &&
  rows.every((place, at) => place === columns[at]) &&
  passed.from === read.from

/** Labels of tokens that no pixel makes, in the order in which they are met. */
function ownTokens(sides: readonly Sides[]): number[] {
  const met = sides.flatMap(({ rows, columns }) => [...(rows?.labels ?? []), ...columns.labels])
  return [...new Set(met.filter((label) => ownOf(label) >= 0))].sort((a, b) => ownOf(a) - ownOf(b))
}

/** A row vector over the tokens of `space` as one over those of `ancestor` that they are made of. */
function gathering(spaces: TokenSpaces, space: TokenSpace, ancestor: TokenSpace, own: readonly number[]): GatherSum {
  const places: GatherSum['places'] = Array.from({ length: own.length + ancestor.size }, () => [])
  own.forEach((_, at) => places[at]!.push({ index: at, weight: 1 }))
  spaces.composition(space, ancestor)!.forEach((parts, token) => {
    for (const [label, share] of parts) {
      const to = label < 0 ? own.indexOf(label) : own.length + label
      if (to >= 0) places[to]!.push({ index: own.length + token, weight: share })
    }
  })
  return { from: own.length + space.size, places }
}
