/** Fused attentions: ONNX Runtime's own result against that of the plain operators they are rewritten to. */
import { expect, it } from 'vitest'
import { onnxRuntime } from '../../testing/runtimes'
import type { GraphBuilder } from '../builder'
import type { AttributeInput } from '../node'
import { elementCount, float32 } from '../tensor'
import { LOWEST } from './attention-masks'
import { constant, type Fused, headed, queryKeyValue, worstError } from './testing/fused'

const load = onnxRuntime()

/** False at every fourth place from `first` on. */
const bools = (g: GraphBuilder, dims: number[], first = 1) =>
  g.constant({
    type: 'bool',
    dims,
    data: Uint8Array.from({ length: elementCount(dims) }, (_, at) => (at % 4 === first ? 0 : 1)),
  })

/** A mask whose second row allows nothing: of bools, or of zeros and a number. */
const emptyRow = (g: GraphBuilder, forbidden: 'bool' | number) => {
  const inRow = (at: number) => Math.floor(at / 3) === 1
  if (forbidden === 'bool') {
    return g.constant({
      type: 'bool',
      dims: [3, 3],
      data: Uint8Array.from({ length: 9 }, (_, at) => (inRow(at) ? 0 : 1)),
    })
  }
  return g.constant(
    float32(
      [3, 3],
      Float32Array.from({ length: 9 }, (_, at) => (inRow(at) ? forbidden : 0)),
    ),
  )
}

/** `count` keys for each sample of the batch. */
const keyCounts = (g: GraphBuilder, x: string, count: number) =>
  g.op('Expand', [g.int(count), g.slice(g.op('Shape', [x]), [0], [1], [0])])

const multiHead = (
  name: string,
  inputs: Fused['inputs'],
  more: Record<string, AttributeInput> = {},
): [string, Fused] => [
  `MultiHeadAttention, ${name}`,
  { op: 'MultiHeadAttention', inputs, attributes: { num_heads: 2, ...more } },
]

const microsoft = (
  name: string,
  inputs: Fused['inputs'],
  more: Record<string, AttributeInput> = {},
): [string, Fused] => [
  `Attention of com.microsoft, ${name}`,
  { op: 'Attention', inputs, attributes: { num_heads: 2, ...more } },
]

const onnx23 = (name: string, inputs: Fused['inputs'], more: Record<string, AttributeInput> = {}): [string, Fused] => [
  `Attention-23, ${name}`,
  { op: 'Attention', domain: '', opset: 23, inputs, attributes: more },
]

const HEADS = { q_num_heads: 2, kv_num_heads: 2 }

const attentions: [string, Fused][] = [
  multiHead('plain', queryKeyValue),
  multiHead('bias', (g, x) => [...queryKeyValue(g, x), constant(g, [24])]),
  multiHead('values of another width', (g, x) => {
    const [query, key] = queryKeyValue(g, x) as [string, string]
    return [query, key, g.matMul(x, constant(g, [8, 12], 4)), constant(g, [28])]
  }),
  multiHead('scale', queryKeyValue, { scale: { float: 0.21 } }),
  multiHead('score bias', (g, x) => [...queryKeyValue(g, x), '', '', constant(g, [1, 2, 3, 3])]),
  multiHead(
    'bias, scale and a score bias for all heads',
    (g, x) => [...queryKeyValue(g, x), constant(g, [24]), '', constant(g, [1, 1, 3, 3])],
    { scale: { float: 0.6 } },
  ),
  microsoft('plain', (g, x) => [x, constant(g, [8, 24]), constant(g, [24])]),
  microsoft('qkv_hidden_sizes', (g, x) => [x, constant(g, [8, 20]), constant(g, [20])], {
    qkv_hidden_sizes: [8, 8, 4],
  }),
  microsoft(
    'score bias and scale',
    (g, x) => [x, constant(g, [8, 24]), constant(g, [24]), '', '', constant(g, [1, 2, 3, 3])],
    { scale: { float: 0.4 } },
  ),
  onnx23('4 axes', headed),
  onnx23('4 axes, scale', headed, { scale: { float: 0.31 } }),
  onnx23('4 axes, softcap', headed, { softcap: { float: 1.5 } }),
  onnx23('4 axes, mask of numbers', (g, x) => [...headed(g, x), constant(g, [3, 3])]),
  onnx23('4 axes, mask of bools', (g, x) => [...headed(g, x), bools(g, [3, 3])]),
  onnx23('4 axes, mask of a head', (g, x) => [...headed(g, x), constant(g, [1, 2, 3, 3])], { scale: { float: 0.5 } }),
  onnx23('3 axes', queryKeyValue, HEADS),
  onnx23('3 axes, mask and scale', (g, x) => [...queryKeyValue(g, x), constant(g, [3, 3])], {
    ...HEADS,
    scale: { float: 0.7 },
  }),
  onnx23('3 axes, mask of bools and softcap', (g, x) => [...queryKeyValue(g, x), bools(g, [1, 2, 3, 3])], {
    ...HEADS,
    softcap: { float: 2 },
  }),
  onnx23('4 axes, causal', headed, { is_causal: 1 }),
  onnx23('fewer heads of keys', (g, x) => [x, g.slice(x, [0], [4], [2]), g.slice(x, [4], [8], [2])], {
    q_num_heads: 2,
    kv_num_heads: 1,
  }),
  onnx23('4 axes, fewer heads of keys', (g, x) => {
    const one = (from: number) => g.unsqueeze(g.slice(x, [from], [from + 4], [2]), [1])
    return [headed(g, x)[0]!, one(0), one(4)]
  }),
  onnx23('a row of bools without a key', (g, x) => [...headed(g, x), emptyRow(g, 'bool')]),
  onnx23('a row of -inf', (g, x) => [...headed(g, x), emptyRow(g, -Infinity)]),
  onnx23('a row of the lowest number', (g, x) => [...headed(g, x), emptyRow(g, LOWEST)]),
  onnx23('a row of -1e30', (g, x) => [...headed(g, x), emptyRow(g, -1e30)]),
  onnx23('an empty row that the picture decides', (g, x) => {
    const never = g.op('Less', [g.op('Exp', [x]), g.scalar(0)])
    const mask = g.op('Slice', [never, g.ints([0]), g.ints([3]), g.ints([2])])
    return [...headed(g, x), g.op('Or', [g.unsqueeze(mask, [1]), emptyRow(g, 'bool')])]
  }),
  onnx23('causal, and a mask that leaves a row empty', (g, x) => [...headed(g, x), bools(g, [3, 3], 0)], {
    is_causal: 1,
  }),
  [
    'Attention-24, counted keys',
    {
      op: 'Attention',
      domain: '',
      opset: 24,
      inputs: (g, x) => [...headed(g, x), '', '', '', keyCounts(g, x, 2)],
    },
  ],
  [
    'Attention-24, counted keys and causal',
    {
      op: 'Attention',
      domain: '',
      opset: 24,
      inputs: (g, x) => [...headed(g, x), '', '', '', keyCounts(g, x, 2)],
      attributes: { is_causal: 1 },
    },
  ],
  [
    'Attention-23, keys, values and probabilities are read',
    {
      op: 'Attention',
      domain: '',
      opset: 23,
      inputs: headed,
      outputs: ['y', '', '', 'a'],
      attributes: { qk_matmul_output_mode: 3 },
    },
  ],
  multiHead('causal', queryKeyValue, { unidirectional: 1 }),
  multiHead('causal with a score bias', (g, x) => [...queryKeyValue(g, x), '', '', constant(g, [1, 1, 3, 3])], {
    unidirectional: 1,
  }),
  microsoft('causal', (g, x) => [x, constant(g, [8, 24]), constant(g, [24])], { unidirectional: 1 }),
]

it.each(attentions)('%s', async (_, fused) => {
  expect(await worstError(load, fused)).toBeLessThan(1e-5)
})
