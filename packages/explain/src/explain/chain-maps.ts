/**
 * Relevance maps of one sample from its A and G in memory, of a model whose layers have windows, stages or pooled keys: any method, any
 * settings, after any layer, in double precision (METHODS.md, "Windows, stages and pooled keys").
 */
import type { MethodId } from './method-catalogue'
import type { MethodSettings } from './report'
import type { SiteShape } from './site-shape'
import type { ChainLayer, GatherSum, TokenChain } from './token-chain'

/** One sample's A and G of every layer. */
export interface ChainArrays {
  chain: TokenChain
  /** Number of layers, L. */
  layers: number
  /** H: heads of a layer; where layers differ, of the layer with the most. */
  heads: number
  /** Heads of each layer, where layers differ. */
  layerHeads?: readonly number[]
  /** Tokens behind the last layer that the logits are read from; empty where G says it. */
  readoutRows: readonly number[]
  /** A of each layer in the model's own layout. */
  attention: readonly Float32Array[]
  /** G of each layer, likewise. */
  gradient: readonly Float32Array[]
  /** Head scores before normalisation, `[L, H]`, padded where layers differ. */
  headL1: Float32Array
  headL2: Float32Array
  /** sum A o G of every head, likewise. */
  headTaylor: Float32Array
}

interface Recipe {
  /** F of a layer, `[windows, rows, columns]`. */
  fuse(layer: ChainLayer): Float64Array
  kind: 'normalised' | 'additive' | 'direct'
  alpha: number
  firstLayer: number
}

/** The map of a method `[P]`. */
export function chainMap(method: MethodId, sample: ChainArrays, settings: MethodSettings): Float32Array {
  return rolledOut(recipeOf(method, sample, settings), sample, sample.chain.layers.length - 1)
}

/** The map of a method as if the model ended after each layer, `[L, P]`; layers that mix channels leave the map before them. */
export function chainLayerMaps(method: MethodId, sample: ChainArrays, settings: MethodSettings): Float32Array {
  const { chain, layers } = sample
  const recipe = recipeOf(method, sample, settings)
  const made = new Map<ChainLayer, Float64Array>()
  const fuse = (layer: ChainLayer) => {
    if (!made.has(layer)) made.set(layer, recipe.fuse(layer))
    return made.get(layer)!
  }
  const patches = chain.geometry.patches.length
  const maps = new Float32Array(layers * patches)
  for (let layer = 0; layer < layers; layer++) {
    const last = chain.layers.findLastIndex((one) => one.layer <= layer)
    if (last >= 0) maps.set(rolledOut({ ...recipe, fuse }, sample, last), layer * patches)
  }
  return maps
}

function rolledOut(recipe: Recipe, sample: ChainArrays, last: number): Float32Array {
  const { layers, geometry } = sample.chain
  let state = readout(sample)
  // The tokens that the read-out's are made of, behind an earlier layer.
  for (let at = layers.length - 1; at > last; at--) state = gathered(state, layers[at]!.passed)
  let at = last
  const first = recipe.kind === 'direct' ? last : layers.findIndex(({ layer }) => layer >= recipe.firstLayer)
  if (first < 0 || first > last) state = gathered(state, layers[last]!.passed)
  else {
    for (; at >= first; at--) state = passed(layers[at]!, state, recipe)
    at = first
  }
  const shown = gathered(state, layers[at]!.shown)
  return Float32Array.from(geometry.patches, (place) => shown[place]!)
}

function readout({ chain, readoutRows, gradient }: ChainArrays): Float64Array {
  const last = chain.layers.at(-1)!
  const places = readoutRows.length > 0 ? readoutRows : touchedPlaces(last, gradient[last.layer]!)
  const state = new Float64Array(last.tokens)
  for (const place of places) state[place] = 1 / places.length
  return state
}

/** Places behind a layer whose rows of its G are not 0 throughout; the place 0 where the query is not a token. */
export function touchedPlaces({ rows, shape }: ChainLayer, gradient: Float32Array): number[] {
  const places = new Set<number>()
  const found = byWindow(shape, gradient)
  const perHead = shape.windows * shape.rows
  found.forEach((value, at) => {
    if (value === 0) return
    const place = rows ? rows[Math.floor(at / shape.columns) % perHead]! : 0
    if (place >= 0) places.add(place)
  })
  return [...places].sort((a, b) => a - b)
}

function passed(layer: ChainLayer, state: Float64Array, { fuse, kind, alpha }: Recipe): Float64Array {
  const { rows, columns, shape, passed: back, read } = layer
  const fused = fuse(layer)
  const keys = new Float64Array(read.from)
  const kept = kind === 'direct' ? new Float64Array(state.length) : state.slice()
  const width = shape.columns
  // A query that is not a token has no residual connection.
  const own = rows ? alpha : 0
  for (let row = 0; row < shape.windows * shape.rows; row++) {
    const place = rows ? rows[row]! : 0
    if (place < 0) continue
    const window = Math.floor(row / shape.rows)
    const line = fused.subarray(row * width, (row + 1) * width)
    const columnOf = (at: number) => columns[window * width + at]!
    let u = rows ? state[place]! : 1
    if (kind === 'normalised') {
      let sum = own
      line.forEach((value, at) => {
        if (columnOf(at) < 0) return
        // Only of square matrices may entries be negative: a diagonal may then cancel part of the identity.
        const diagonal = layer.site.mixed && columnOf(at) === place
        sum += diagonal ? Math.abs(value + own) - own : Math.abs(value)
      })
      u = sum === 0 ? 0 : u / sum
      if (rows) kept[place] = own * u
    }
    line.forEach((value, at) => {
      if (columnOf(at) >= 0) keys[columnOf(at)]! += u * value
    })
  }
  // A token that is not a row has the identity alone, where that is added.
  if (!rows || (kind === 'normalised' && alpha === 0)) kept.fill(0)
  const before = gathered(keys, read)
  return gathered(kept, back).map((value, at) => value + before[at]!)
}

function gathered(vector: Float64Array, { places }: GatherSum): Float64Array {
  return Float64Array.from(places, (parts) =>
    parts.reduce((sum, { index, weight }) => sum + weight * vector[index]!, 0),
  )
}

function recipeOf(method: MethodId, sample: ChainArrays, { gmar, rollout }: MethodSettings): Recipe {
  const plain = { kind: 'normalised', alpha: 1, firstLayer: 0 } as const
  const direct = { ...plain, kind: 'direct' } as const
  const mean = (layer: ChainLayer, f: (a: number, g: number) => number) =>
    fused(sample, layer, (a, g) => f(a, g) / layer.shape.heads)
  const relevant = (layer: ChainLayer) => mean(layer, (a, g) => Math.max(a * g, 0))
  switch (method) {
    case 'gmar_l1':
    case 'gmar_l2':
    case 'gmar_taylor': {
      const weights = headWeights(sample, scoresOf(method, sample), gmar.scope)
      const fuse = (layer: ChainLayer) =>
        fused(sample, layer, (a, _g, head) => a * weights[layer.layer * sample.heads + head]!)
      return { fuse, kind: 'normalised', alpha: gmar.alpha, firstLayer: gmar.firstLayer }
    }
    case 'rollout':
      return {
        ...plain,
        fuse: (layer) => discarded(sample, layer, fusedHeads(sample, layer, rollout.fusion), rollout.discard),
      }
    case 'grad_rollout':
      return { ...plain, fuse: (layer) => mean(layer, (a, g) => a * g).map((value) => Math.max(value, 0)) }
    case 'chefer':
      return { ...plain, kind: 'additive', fuse: relevant }
    case 'raw':
      return { ...direct, fuse: (layer) => mean(layer, (a) => a) }
    case 'attn_grad':
      return { ...direct, fuse: relevant }
    case 'attn_gradcam':
      return { ...direct, fuse: (layer) => gradcam(sample, layer) }
  }
}

function scoresOf(method: 'gmar_l1' | 'gmar_l2' | 'gmar_taylor', sample: ChainArrays): Float32Array {
  if (method === 'gmar_taylor') return sample.headTaylor.map(Math.abs)
  return method === 'gmar_l1' ? sample.headL1 : sample.headL2
}

/** The sum over heads of f(A, G, head), `[windows, rows, columns]`. */
function fused(
  sample: ChainArrays,
  { layer, shape }: ChainLayer,
  f: (a: number, g: number, head: number) => number,
): Float64Array {
  const [a, g] = [byWindow(shape, sample.attention[layer]!), byWindow(shape, sample.gradient[layer]!)]
  const size = a.length / shape.heads
  const sum = new Float64Array(size)
  for (let head = 0; head < shape.heads; head++) {
    for (let at = 0; at < size; at++) sum[at]! += f(a[head * size + at]!, g[head * size + at]!, head)
  }
  return sum
}

function fusedHeads(sample: ChainArrays, layer: ChainLayer, fusion: MethodSettings['rollout']['fusion']): Float64Array {
  const { heads } = layer.shape
  if (fusion === 'mean') return fused(sample, layer, (a) => a / heads)
  const a = byWindow(layer.shape, sample.attention[layer.layer]!)
  const size = a.length / heads
  const pick = fusion === 'max' ? Math.max : Math.min
  const picked = Float64Array.from(a.subarray(0, size))
  for (let at = size; at < a.length; at++) picked[at % size] = pick(picked[at % size]!, a[at]!)
  return picked
}

/** Whether an entry of F is in the column of a token that pixels make. */
const isPatch = ({ chain }: ChainArrays, { columns, shape }: ChainLayer, at: number) =>
  columns[Math.floor(at / shape.columns / shape.rows) * shape.columns + (at % shape.columns)]! >= chain.own

/** Sets the lowest share of the entries in columns of patches to 0. */
function discarded(sample: ChainArrays, layer: ChainLayer, map: Float64Array, share: number): Float64Array {
  if (share === 0) return map
  const entries: number[] = []
  map.forEach((_, at) => {
    if (isPatch(sample, layer, at)) entries.push(at)
  })
  const count = Math.floor(entries.length * share)
  entries.sort((a, b) => map[a]! - map[b]! || a - b)
  for (const at of entries.slice(0, count)) map[at] = 0
  return map
}

/** relu(mean_h w_h A_h), w_h the mean of G_h over the entries in columns of patches. */
function gradcam(sample: ChainArrays, layer: ChainLayer): Float64Array {
  const { shape } = layer
  const g = byWindow(shape, sample.gradient[layer.layer]!)
  const size = g.length / shape.heads
  const weights = Array.from({ length: shape.heads }, (_, head) => {
    let [sum, count] = [0, 0]
    for (let at = 0; at < size; at++) {
      if (!isPatch(sample, layer, at)) continue
      sum += g[head * size + at]!
      count++
    }
    return sum / Math.max(count, 1)
  })
  return fused(sample, layer, (a, _g, head) => (a * weights[head]!) / shape.heads).map((value) => Math.max(value, 0))
}

/** w = s / sum s over the heads of the layer or over all heads, `[L, H]`; uniform where the sum is 0. */
function headWeights(
  { layers, heads, layerHeads }: ChainArrays,
  scores: Float32Array,
  scope: 'layer' | 'all',
): Float64Array {
  const count = (layer: number) => layerHeads?.[layer] ?? heads
  const all = Array.from({ length: layers }, (_, layer) => count(layer)).reduce((sum, own) => sum + own, 0)
  const group = scope === 'all' ? scores.length : heads
  return Float64Array.from(scores, (score, at) => {
    const start = at - (at % group)
    const total = scores.subarray(start, start + group).reduce((sum, value) => sum + value, 0)
    return total > 0 ? score / total : 1 / (scope === 'all' ? all : count(Math.floor(at / heads)))
  })
}

const ORDER = ['head', 'window', 'row', 'column'] as const

/** A value of one picture in the model's own layout as `[heads, windows, rows, columns]`. */
function byWindow({ parts }: SiteShape, data: Float32Array): Float32Array {
  const own = parts.filter(({ of }) => of !== 'batch')
  const sorted = ORDER.flatMap((of) => [...own.keys()].filter((at) => own[at]!.of === of))
  if (sorted.every((part, at) => part === at)) return data
  const steps = own.map((_, at) => own.slice(at + 1).reduce((product, { size }) => product * size, 1))
  const found = new Float32Array(data.length)
  const place = sorted.map(() => 0)
  let from = 0
  for (let at = 0; at < found.length; at++) {
    found[at] = data[from]!
    for (let axis = sorted.length - 1; axis >= 0; axis--) {
      const part = sorted[axis]!
      from += steps[part]!
      if (++place[axis]! < own[part]!.size) break
      from -= steps[part]! * own[part]!.size
      place[axis] = 0
    }
  }
  return found
}
