/** Fused attention operators as products, softmax and products. */
import { HeadlightError } from '@shared/errors'
import type { GraphBuilder } from '../builder'
import type { GraphNode } from '../node'
import type { Decomposition } from './decomposition'

const refuse = (node: GraphNode, what: string) =>
  new HeadlightError(
    'unsupported-model',
    `${node.qualifiedOp} (node '${node.label}') uses ${what}, which plain vision transformers do not; export the model from its eager form.`,
  )

/** `[B, N, H*d]` to `[B, H, N, d]`. */
function toHeads(g: GraphBuilder, x: string, heads: number): string {
  return g.transpose(g.reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3])
}

/** `[B, H, N, d]` to `[B, N, H*d]`. */
function fromHeads(g: GraphBuilder, x: string): string {
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [0, 0, -1])
}

interface Core {
  q: string
  k: string
  v: string
  scale: number
  bias?: string
  softcap?: number
}

/** softmax(scale q k^T + bias) v over `[B, H, N, d]`. */
function core(g: GraphBuilder, { q, k, v, scale, bias, softcap = 0 }: Core): string {
  let scores = g.matMul(g.scale(q, scale), g.transpose(k, [0, 1, 3, 2]))
  if (softcap > 0) scores = g.scale(g.op('Tanh', [g.scale(scores, 1 / softcap)]), softcap)
  if (bias) scores = g.add(scores, bias)
  return g.matMul(g.op('Softmax', [scores], { axis: g.opset >= 13 ? -1 : 3 }), v)
}

function headSize(facts: { dims: number[] } | undefined, heads: number | null, node: GraphNode): number {
  const last = facts?.dims.at(-1)
  if (last === undefined)
    throw new HeadlightError('internal', `The shape of the query of node '${node.label}' is not known.`)
  return heads === null ? last : last / heads
}

/** ONNX's Attention, opset 23 and later: `[B, H, N, d]`, or `[B, N, H*d]` with head counts as attributes. */
export const attention23: Decomposition = ({ g, node, inputs, facts }) => {
  const [query, key, value, mask, pastKey, pastValue] = inputs as [string, string, string, string?, string?, string?]
  if (pastKey || pastValue) throw refuse(node, 'a key-value cache')
  if (node.intAttr('is_causal', 0) === 1) throw refuse(node, 'a causal mask')
  if (node.outputs.slice(1).some(Boolean)) throw refuse(node, 'further outputs')
  const flat = facts.get(query)?.dims.length === 3
  const heads = flat ? node.intAttr('q_num_heads', 1) : facts.get(query)!.dims[1]!
  const keyHeads = flat ? node.intAttr('kv_num_heads', heads) : facts.get(key)!.dims[1]!
  if (heads !== keyHeads) throw refuse(node, 'grouped-query attention')
  const size = headSize(facts.get(query), flat ? heads : null, node)
  const scale = node.attribute('scale')?.f || 1 / Math.sqrt(size)
  const [q, k, v] = flat ? [query, key, value].map((x) => toHeads(g, x, heads)) : [query, key, value]
  const bias = mask && facts.get(mask)?.type === 'bool' ? g.where(mask, g.scalar(0), g.scalar(-3.4e38)) : mask
  const out = core(g, { q: q!, k: k!, v: v!, scale, bias: bias || undefined, softcap: node.floatAttr('softcap', 0) })
  return [flat ? fromHeads(g, out) : out]
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
  const out = core(g, { q: parts[0]!, k: parts[1]!, v: parts[2]!, scale, bias: scoreBias || undefined })
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
  if (node.intAttr('unidirectional', 0) === 1) throw refuse(node, 'a causal mask')
  const heads = node.intAttr('num_heads', 1)
  const total = facts.get(weights)!.dims.at(-1)!
  const sizes = node.intsAttr('qkv_hidden_sizes') ?? [total / 3, total / 3, total / 3]
  const merged = bias ? g.add(g.matMul(input, weights), bias) : g.matMul(input, weights)
  const [q, k, v] = g.split(merged, sizes, 2).map((x) => toHeads(g, x, heads))
  const scale = node.attribute('scale')?.f || 1 / Math.sqrt(sizes[0]! / heads)
  return [fromHeads(g, core(g, { q: q!, k: k!, v: v!, scale, bias: scoreBias || undefined }))]
}
