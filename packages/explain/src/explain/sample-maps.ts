/**
 * Relevance maps of one sample from its A and G in memory, where no graph was compiled for them: any method, any settings,
 * after any layer. The formulas of METHODS.md in double precision; tested against the explain graph's own maps.
 */
import type { MethodSettings } from './report'
import type { MethodId } from './method-catalogue'
import { carryRow, type Carried } from './row-chain'

/** One sample's A and G with what is known of its model. */
export interface SampleArrays {
  /** Number of layers, L. */
  layers: number
  /** H: heads of a layer; where layers differ, of the layer with the most. */
  heads: number
  /** Heads of each layer, where layers differ; the arrays are padded. */
  layerHeads?: readonly number[]
  /** Number of tokens, N. */
  tokens: number
  /** Token rows that the logits are read from. */
  readoutRows: readonly number[]
  /** Token index of each patch. */
  patches: readonly number[]
  /** A, `[L, H, N, N]`. */
  attention: Float32Array
  /** G, `[L, H, N, N]`. */
  gradient: Float32Array
  /** Head scores before normalisation, `[L, H]`: the L1 norm of G. */
  headL1: Float32Array
  /** Head scores before normalisation, `[L, H]`: the L2 norm of G. */
  headL2: Float32Array
  /** sum A o G of every head, likewise. */
  headTaylor: Float32Array
}

/** What a rollout is made of: the fused map of each layer `[N, N]`, and how they follow one another. */
interface Recipe extends Carried {
  fuse(layer: number): Float64Array
  firstLayer: number
}

/** The map of a method `[P]`. */
export function sampleMap(method: MethodId, sample: SampleArrays, settings: MethodSettings): Float32Array {
  return rolledOut(recipeOf(method, sample, settings), sample, sample.layers - 1)
}

/** The map of a method as if the model ended after each layer, `[L, P]`. The last row is the method's own map. */
export function layerMaps(method: MethodId, sample: SampleArrays, settings: MethodSettings): Float32Array {
  const recipe = recipeOf(method, sample, settings)
  const fused: Float64Array[] = []
  const remembered = { ...recipe, fuse: (layer: number) => (fused[layer] ??= recipe.fuse(layer)) }
  const maps = new Float32Array(sample.layers * sample.patches.length)
  for (let last = 0; last < sample.layers; last++) {
    maps.set(rolledOut(remembered, sample, last), last * sample.patches.length)
  }
  return maps
}

/** The read-out row carried from layer `last` down to the first, over the patches. */
function rolledOut(recipe: Recipe, { tokens, readoutRows, patches }: SampleArrays, last: number): Float32Array {
  let row: Float64Array = new Float64Array(tokens)
  for (const index of readoutRows) row[index] = 1 / readoutRows.length
  const first = recipe.kind === 'direct' ? last : recipe.firstLayer
  for (let layer = last; layer >= first; layer--) row = carryRow(row, recipe.fuse(layer), recipe)
  return Float32Array.from(patches, (token) => row[token]!)
}

function recipeOf(method: MethodId, sample: SampleArrays, { gmar, rollout }: MethodSettings): Recipe {
  const { heads } = sample
  const share = (layer: number) => 1 / headsOf(sample, layer)
  const plain = { kind: 'normalised', alpha: 1, firstLayer: 0 } as const
  const direct = { kind: 'direct', alpha: 0, firstLayer: 0 } as const
  const relevant = (layer: number) => fuse(sample, layer, (a, g) => Math.max(a * g, 0), share(layer))
  const averaged = (layer: number) => fuse(sample, layer, (a) => a, share(layer))
  switch (method) {
    case 'gmar_l1':
    case 'gmar_l2':
    case 'gmar_taylor': {
      const weights = headWeights(sample, scoresOf(method, sample), gmar.scope)
      const weighted = (layer: number) => fuse(sample, layer, (a, _g, head) => a * weights[layer * heads + head]!, 1)
      return { kind: 'normalised', alpha: gmar.alpha, firstLayer: gmar.firstLayer, fuse: weighted }
    }
    case 'rollout':
      return {
        ...plain,
        fuse: (layer) => discardLowest(sample, fusedHeads(sample, layer, rollout.fusion), rollout.discard),
      }
    case 'grad_rollout':
      return {
        ...plain,
        fuse: (layer) => fuse(sample, layer, (a, g) => a * g, share(layer)).map((x) => Math.max(x, 0)),
      }
    case 'chefer':
      return { kind: 'additive', alpha: 1, firstLayer: 0, fuse: relevant }
    case 'raw':
      return { ...direct, fuse: averaged }
    case 'attn_grad':
      return { ...direct, fuse: relevant }
    case 'attn_gradcam':
      return { ...direct, fuse: (layer) => gradcam(sample, layer) }
  }
}

function scoresOf(method: 'gmar_l1' | 'gmar_l2' | 'gmar_taylor', sample: SampleArrays): Float32Array {
  if (method === 'gmar_taylor') return sample.headTaylor.map(Math.abs)
  return method === 'gmar_l1' ? sample.headL1 : sample.headL2
}

/** Heads of one layer. */
const headsOf = ({ heads, layerHeads }: Pick<SampleArrays, 'heads' | 'layerHeads'>, layer: number) =>
  layerHeads?.[layer] ?? heads

/** factor * sum over heads of f(A, G, head): `[N, N]`. */
function fuse(
  sample: SampleArrays,
  layer: number,
  f: (a: number, g: number, head: number) => number,
  factor: number,
): Float64Array {
  const { heads, tokens, attention, gradient } = sample
  const size = tokens * tokens
  const sum = new Float64Array(size)
  for (let head = 0; head < headsOf(sample, layer); head++) {
    const start = (layer * heads + head) * size
    for (let at = 0; at < size; at++) sum[at]! += factor * f(attention[start + at]!, gradient[start + at]!, head)
  }
  return sum
}

function fusedHeads(sample: SampleArrays, layer: number, fusion: MethodSettings['rollout']['fusion']): Float64Array {
  const { heads, tokens, attention } = sample
  const count = headsOf(sample, layer)
  if (fusion === 'mean') return fuse(sample, layer, (a) => a, 1 / count)
  const size = tokens * tokens
  const pick = fusion === 'max' ? Math.max : Math.min
  const start = layer * heads * size
  const picked = Float64Array.from(attention.subarray(start, start + size))
  for (let head = 1; head < count; head++) {
    for (let at = 0; at < size; at++) picked[at] = pick(picked[at]!, attention[start + head * size + at]!)
  }
  return picked
}

/** w = s / sum s over the heads of the layer or over all heads, `[L, H]`; uniform where the sum is 0. */
function headWeights(sample: SampleArrays, scores: Float32Array, scope: 'layer' | 'all'): Float64Array {
  const { layers, heads } = sample
  const counts = Array.from({ length: layers }, (_, layer) => headsOf(sample, layer))
  const all = counts.reduce((sum, count) => sum + count, 0)
  const group = scope === 'all' ? scores.length : heads
  return Float64Array.from(scores, (score, at) => {
    const start = at - (at % group)
    const total = scores.subarray(start, start + group).reduce((sum, value) => sum + value, 0)
    if (total > 0) return score / total
    return 1 / (scope === 'all' ? all : counts[Math.floor(at / heads)]!)
  })
}

/** Sets the lowest share of the entries in patch columns to 0 and keeps the prefix columns. */
function discardLowest({ tokens, patches }: SampleArrays, fused: Float64Array, share: number): Float64Array {
  const count = Math.floor(tokens * patches.length * share)
  if (count === 0) return fused
  const entries = new Uint32Array(tokens * patches.length)
  for (let row = 0; row < tokens; row++) {
    for (const [index, token] of patches.entries()) entries[row * patches.length + index] = row * tokens + token
  }
  entries.sort((a, b) => fused[a]! - fused[b]! || a - b)
  for (const at of entries.subarray(0, count)) fused[at] = 0
  return fused
}

/** relu(mean_h w_h A_h) on the read-out rows, w_h the mean of G_h there over the patches. */
function gradcam(sample: SampleArrays, layer: number): Float64Array {
  const { heads, tokens, gradient, readoutRows, patches } = sample
  const count = headsOf(sample, layer)
  const weights = Array.from({ length: count }, (_, head) => {
    const start = (layer * heads + head) * tokens * tokens
    let sum = 0
    for (const row of readoutRows) for (const token of patches) sum += gradient[start + row * tokens + token]!
    return sum / (readoutRows.length * patches.length)
  })
  return fuse(sample, layer, (a, _g, head) => a * weights[head]!, 1 / count).map((value) => Math.max(value, 0))
}
