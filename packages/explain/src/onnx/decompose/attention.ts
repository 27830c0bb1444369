/** Fused attention operators as products, softmax and products. */
import { HeadlightError } from '../../errors'
import type { GraphBuilder } from '../builder'
import type { ValueFacts } from '../facts'
import type { GraphNode } from '../node'
import { causalMask, LOWEST, maskOf, type Mask } from './attention-masks'
import type { Decomposition } from './decomposition'

const refuse = (node: GraphNode, what: string) =>
  new HeadlightError(
    'unsupported-model',
    `${node.qualifiedOp} (node '${node.label}') uses ${what}, which plain vision transformers do not; export the model from its eager form.`,
  )

/** `[B, N, H*d]` to `[B, H, N, d]`. */
export function toHeads(g: GraphBuilder, x: string, heads: number): string {
  return g.transpose(g.reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3])
}

/** `[B, H, N, d]` to `[B, N, H*d]`. */
export function fromHeads(g: GraphBuilder, x: string): string {
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [0, 0, -1])
}

interface Core {
  q: string
  k: string
  v: string
  scale: number
  mask?: Mask
  softcap?: number
}

/** softmax(scale q k^T + mask) v over `[B, H, N, d]`, and the softmax, zero in rows that are masked as a whole. */
function core(g: GraphBuilder, { q, k, v, scale, mask, softcap = 0 }: Core): { out: string; attention: string } {
  let scores = g.matMul(g.scale(q, scale), g.transpose(k, [0, 1, 3, 2]))
  if (softcap > 0) scores = g.scale(g.op('Tanh', [g.scale(scores, 1 / softcap)]), softcap)
  if (mask) scores = g.add(scores, mask.bias)
  let attention = g.op('Softmax', [scores], { axis: g.opset >= 13 ? -1 : 3 })
  if (mask?.emptyRows) attention = g.where(mask.emptyRows, g.scalar(0), attention)
  return { out: g.matMul(attention, v), attention }
}

function headSize(facts: { dims: number[] } | undefined, heads: number | null, node: GraphNode): number {
  const last = facts?.dims.at(-1)
  if (last === undefined)
    throw new HeadlightError('internal', `The shape of the query of node '${node.label}' is not known.`)
  return heads === null ? last : last / heads
}

/** Keys or values `[B, K, N, d]` of fewer heads than queries, each repeated for its group of queries. */
function repeatedHeads(g: GraphBuilder, x: string, { dims }: ValueFacts, from: number, to: number): string {
  if (from === to) return x
  const [tokens, width] = dims.slice(-2) as [number, number]
  const size = dims.length === 3 ? width / from : width
  const grouped = g.op('Expand', [g.unsqueeze(x, [2]), g.ints([1, 1, to / from, 1, 1])])
  return g.reshape(grouped, [0, to, tokens, size])
}

/** ONNX's Attention, opset 23 and later: `[B, H, N, d]`, or `[B, N, H*d]` with head counts as attributes. */
export const attention23: Decomposition = ({ g, node, inputs, facts }) => {
  const [query, key, value, mask, pastKey, pastValue, keyCounts] = inputs as [
    string,
    string,
    string,
    string?,
    string?,
    string?,
    string?,
  ]
  if (pastKey || pastValue) throw refuse(node, 'a key-value cache')
  const flat = facts.get(query)?.dims.length === 3
  const heads = flat ? node.intAttr('q_num_heads', 1) : facts.get(query)!.dims[1]!
  const keyHeads = flat ? node.intAttr('kv_num_heads', heads) : facts.get(key)!.dims[1]!
  if (heads % keyHeads !== 0) throw refuse(node, `${heads} query heads over ${keyHeads} key heads`)
  const size = headSize(facts.get(query), flat ? heads : null, node)
  const scale = node.attribute('scale')?.f || 1 / Math.sqrt(size)
  const split = (x: string, count: number) => (flat ? toHeads(g, x, count) : x)
  const [q, k, v] = [split(query, heads), split(key, keyHeads), split(value, keyHeads)]
  const [queries, keys] = [query, key].map((x) => facts.get(x)!.dims.at(-2)!) as [number, number]
  const causal = node.intAttr('is_causal', 0) === 1
  const { out, attention } = core(g, {
    q,
    k: repeatedHeads(g, k, facts.get(key)!, keyHeads, heads),
    v: repeatedHeads(g, v, facts.get(value)!, keyHeads, heads),
    scale,
    mask: maskOf(g, facts, { mask: mask || undefined, causal, keyCounts: keyCounts || undefined, queries, keys }),
    softcap: node.floatAttr('softcap', 0),
  })
  const probabilities = node.intAttr('qk_matmul_output_mode', 0) === 3 ? attention : ''
  return [flat ? fromHeads(g, out) : out, k, v, probabilities]
}

/** com.microsoft's operators add their bias as it is, and the lowest number to keys that come later. */
function scoreMask(
  g: GraphBuilder,
  scoreBias: string | undefined,
  causal: { queries: number; keys: number } | null,
): Mask | undefined {
  const allowed = causal && g.constant(causalMask(causal.queries, causal.keys))
  const later = allowed && g.where(allowed, g.scalar(0), g.scalar(LOWEST))
  const bias = scoreBias && later ? g.add(scoreBias, later) : (scoreBias ?? later)
  return bias ? { bias, emptyRows: null } : undefined
}

/** com.microsoft.MultiHeadAttention: query, key, value `[B, N, H*d]`, their bias, no key padding mask, a score bias. */
export const multiHeadAttention: Decomposition = ({ g, node, inputs, facts }) => {
  const [query, key, value, bias, keyPaddingMask, scoreBias, ...past] = inputs
  const heads = node.intAttr('num_heads', 1)
  if (!key || !value) throw refuse(node, 'packed query, key and value')
  if (keyPaddingMask || past.some(Boolean)) throw refuse(node, 'a padding mask or a key-value cache')
  if (facts.get(key)?.dims.length !== 3) throw refuse(node, 'keys that are already split into heads')
  const width = facts.get(query!)!.dims.at(-1)!
  let start = 0
  const parts = [query!, key, value].map((x) => {
    const from = start
    start += facts.get(x)!.dims.at(-1)!
    return toHeads(g, bias ? g.add(x, g.slice(bias, [from], [start], [0])) : x, heads)
  })
  const scale = node.attribute('scale')?.f || 1 / Math.sqrt(width / heads)
  const [queries, keys] = [query!, key].map((x) => facts.get(x)!.dims[1]!) as [number, number]
  const causal = node.intAttr('unidirectional', 0) === 1
  const mask = scoreMask(g, scoreBias || undefined, causal ? { queries, keys } : null)
  const { out } = core(g, { q: parts[0]!, k: parts[1]!, v: parts[2]!, scale, mask })
  return [fromHeads(g, out)]
}

/** com.microsoft.Attention: input `[B, N, D]`, merged weights `[D, 3 D]` and bias, optional score bias. */
export const microsoftAttention: Decomposition = ({ g, node, inputs, facts }) => {
  const [input, weights, bias, maskIndex, past, scoreBias] = inputs as [
    string,
    string,
    string?,
    string?,
    string?,
    string?,
  ]
  if (maskIndex || past) throw refuse(node, 'a mask index or a key-value cache')
  const heads = node.intAttr('num_heads', 1)
  const total = facts.get(weights)!.dims.at(-1)!
  const sizes = node.intsAttr('qkv_hidden_sizes') ?? [total / 3, total / 3, total / 3]
  const merged = bias ? g.add(g.matMul(input, weights), bias) : g.matMul(input, weights)
  const [q, k, v] = g.split(merged, sizes, 2).map((x) => toHeads(g, x, heads))
  const scale = node.attribute('scale')?.f || 1 / Math.sqrt(sizes[0]! / heads)
  const tokens = facts.get(input)!.dims[1]!
  const causal = node.intAttr('unidirectional', 0) === 1
  const mask = scoreMask(g, scoreBias || undefined, causal ? { queries: tokens, keys: tokens } : null)
  return [fromHeads(g, core(g, { q: q!, k: k!, v: v!, scale, mask }).out)]
}
