/** Fused operators: ONNX Runtime's own result against that of the plain operators they are rewritten to. */
import { describe, expect, it } from 'vitest'
import { onnxRuntime } from '../../compute/onnx-runtime'
import { GraphBuilder } from '../builder'
import { Graph } from '../graph'
import { attributes, GraphNode, type AttributeInput } from '../node'
import { elementCount, float32, int64, type Tensor } from '../tensor'
import { traceGraph } from '../trace'
import { writeModel } from '../write'
import { LOWEST } from './attention-masks'
import { decomposeFused } from './index'

const load = onnxRuntime()
const MICROSOFT = 'com.microsoft'

interface Fused {
  /** Appended to the input `x`, `[batch, 3, 8]` unless given; gives the node's inputs. */
  inputs(g: GraphBuilder, x: string): string[]
  op: string
  domain?: string
  opset?: number
  attributes?: Record<string, AttributeInput>
  /** Names of the node's outputs, '' for those that are left out. */
  outputs?: string[]
  dims?: number[]
}

/** Values in -1.5 to 1.5 without a pattern. */
const spread = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, at) => 1.5 * Math.sin(12.9898 * (at + 1) + 78.233 * seed + at * at * 0.01))

const constant = (g: GraphBuilder, dims: number[], seed = 1) =>
  g.constant(float32(dims, spread(elementCount(dims), seed)))

function fusedGraph(fused: Fused): Graph {
  const { op, domain = MICROSOFT, opset = 17, outputs = ['y'], dims = [3, 8] } = fused
  const graph = new Graph()
  graph.opsets.set('', opset)
  if (domain !== '') graph.opsets.set(domain, 1)
  graph.inputs = [{ name: 'x', type: 'float32', dims: ['batch', ...dims] }]
  const inputs = fused.inputs(new GraphBuilder(graph, 'test'), 'x')
  graph.nodes.push(new GraphNode(op, inputs, outputs, attributes(fused.attributes ?? {}), domain, 'fused'))
  graph.outputs = outputs.filter(Boolean).map((name) => ({ name, type: 'unknown', dims: [] }))
  return graph
}

const image = (dims: number[]) => (batch: number) => float32([batch, ...dims], spread(batch * elementCount(dims), 3))

async function run(graph: Graph, x: Tensor): Promise<Tensor[]> {
  const loaded = await load(writeModel(graph))
  try {
    const names = graph.outputs.map(({ name }) => name)
    const found = await loaded.run({ x }, names)
    return names.map((name) => found[name]!)
  } finally {
    await loaded.release()
  }
}

async function decomposed(fused: Fused): Promise<Graph> {
  const graph = fusedGraph(fused)
  const { facts } = await traceGraph(graph, image(fused.dims ?? [3, 8]), load)
  expect(decomposeFused(graph, facts)).toBe(true)
  return graph
}

/** Largest difference over largest value, output by output. */
async function worstError(fused: Fused): Promise<number> {
  const x = image(fused.dims ?? [3, 8])(2)
  const wanted = await run(fusedGraph(fused), x)
  const plain = await decomposed(fused)
  // The softmax of an attention bears its name in the file, and nothing else does.
  const fusedStill = ({ name, op, domain }: GraphNode) => (name === 'fused' && op !== 'Softmax') || domain !== ''
  expect(plain.nodes.filter(fusedStill)).toEqual([])
  expect([...plain.opsets.keys()]).toEqual([''])
  const found = await run(plain, x)
  const errors = wanted.map(({ data, dims }, index) => {
    expect(found[index]!.dims).toEqual(dims)
    const values = data as Float32Array
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(largest).toBeGreaterThan(0)
    const difference = values.reduce((most, value, at) => {
      const each = Math.abs(value - Number(found[index]!.data[at]))
      return each > most || Number.isNaN(each) ? each : most
    }, 0)
    return difference / largest
  })
  return errors.reduce((most, error) => (error > most || Number.isNaN(error) ? error : most), 0)
}

const WIDTH = 8

/** Query, key and value that differ, all from x. */
const queryKeyValue = (g: GraphBuilder, x: string) =>
  [1, 2, 3].map((seed) => g.matMul(x, constant(g, [WIDTH, WIDTH], seed)))

/** The same, split into heads: `[B, 2, 3, 4]`. */
const headed = (g: GraphBuilder, x: string) =>
  queryKeyValue(g, x).map((value) => g.transpose(g.reshape(value, [0, 0, 2, 4]), [0, 2, 1, 3]))

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

const gelus: [string, Fused][] = [
  ['Gelu', { op: 'Gelu', inputs: (_, x) => [x] }],
  ['BiasGelu', { op: 'BiasGelu', inputs: (g, x) => [x, constant(g, [8])] }],
  ['FastGelu', { op: 'FastGelu', inputs: (_, x) => [x] }],
  ['FastGelu with bias', { op: 'FastGelu', inputs: (g, x) => [x, constant(g, [8])] }],
  ['QuickGelu', { op: 'QuickGelu', inputs: (_, x) => [x] }],
  ['QuickGelu, alpha', { op: 'QuickGelu', inputs: (_, x) => [x], attributes: { alpha: { float: 0.9 } } }],
]

const products: [string, Fused][] = [0, 1].flatMap((transA) =>
  [0, 1].map((transB): [string, Fused] => [
    `FusedMatMul, transA ${transA}, transB ${transB}`,
    {
      op: 'FusedMatMul',
      attributes: { transA, transB, alpha: { float: 0.3 } },
      inputs: (g, x) => [transA ? g.transpose(x, [0, 2, 1]) : x, constant(g, transB ? [5, 8] : [8, 5])],
    },
  ]),
)

const skip = (name: string, op: string, inputs: Fused['inputs'], outputs: string[]): [string, Fused] => [
  `${op}, ${name}`,
  { op, inputs, outputs, attributes: { epsilon: { float: 1e-3 } } },
]

const norms: [string, Fused][] = [
  skip(
    'all inputs and the sum',
    'SkipLayerNormalization',
    (g, x) => [x, g.neg(g.mul(x, x)), constant(g, [8]), constant(g, [8], 2), constant(g, [8], 3)],
    ['y', '', '', 'sum'],
  ),
  skip('no biases', 'SkipLayerNormalization', (g, x) => [x, g.mul(x, x), constant(g, [8])], ['y']),
  skip(
    'bias of the norm',
    'SkipLayerNormalization',
    (g, x) => [x, g.mul(x, x), constant(g, [8]), constant(g, [8], 2)],
    ['y', '', '', 'sum'],
  ),
  skip(
    'bias of the sum',
    'SkipSimplifiedLayerNormalization',
    (g, x) => [x, g.mul(x, x), constant(g, [8]), constant(g, [8], 2)],
    ['y', '', '', 'sum'],
  ),
  skip('no bias', 'SkipSimplifiedLayerNormalization', (g, x) => [x, g.mul(x, x), constant(g, [8])], ['y']),
  [
    'SkipLayerNormalization, default epsilon',
    { op: 'SkipLayerNormalization', inputs: (g, x) => [x, g.scale(x, -0.9999), constant(g, [8])] },
  ],
  [
    'InstanceNormalization over tokens',
    {
      op: 'InstanceNormalization',
      domain: '',
      inputs: (g, x) => [x, constant(g, [3]), constant(g, [3], 2)],
      attributes: { epsilon: { float: 1e-2 } },
    },
  ],
  ...[18, 21].map((opset): [string, Fused] => [
    `GroupNormalization over tokens, opset ${opset}`,
    {
      op: 'GroupNormalization',
      domain: '',
      opset,
      inputs: (g, x) => {
        const affine = opset < 21 ? [2] : [8]
        return [g.transpose(x, [0, 2, 1]), constant(g, affine), constant(g, affine, 2)]
      },
      attributes: { num_groups: 2, epsilon: { float: 1e-2 } },
    },
  ]),
  ...[1, 2].map((p): [string, Fused] => [
    `LpNormalization, p ${p}, with a row of zeros`,
    {
      op: 'LpNormalization',
      domain: '',
      inputs: (g, x) => [g.mul(x, g.constant(float32([3, 1], [1, 0, -2])))],
      attributes: { p, axis: 2 },
    },
  ]),
  [
    'SimplifiedLayerNormalization',
    {
      op: 'SimplifiedLayerNormalization',
      domain: '',
      inputs: (g, x) => [x, constant(g, [8])],
      attributes: { axis: -1, epsilon: { float: 1e-2 } },
    },
  ],
  [
    'SimplifiedLayerNormalization, axis 1',
    {
      op: 'SimplifiedLayerNormalization',
      domain: '',
      inputs: (g, x) => [x, constant(g, [3, 8])],
      attributes: { axis: 1 },
    },
  ],
  [
    'LayerNormalization before opset 17',
    {
      op: 'LayerNormalization',
      domain: '',
      opset: 14,
      inputs: (g, x) => [x, constant(g, [8]), constant(g, [8], 2)],
      attributes: { axis: -1, epsilon: { float: 1e-2 } },
    },
  ],
  [
    'LayerNormalization before opset 17, no bias, axis 1',
    {
      op: 'LayerNormalization',
      domain: '',
      opset: 14,
      inputs: (g, x) => [x, constant(g, [3, 8])],
      attributes: { axis: 1 },
    },
  ],
]

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

/** A value `[B, 3, 8]` in two heads of 4. */
const inHeads = (g: GraphBuilder, x: string) => g.transpose(g.reshape(x, [0, 0, 2, 4]), [0, 2, 1, 3])
const positions = (g: GraphBuilder, dims: number[], values: number[]) => g.constant(int64(dims, values))
const repeatedPositions = (g: GraphBuilder, x: string) =>
  g.op('Expand', [
    positions(g, [1, 3], [2, 0, 1]),
    g.concat([g.slice(g.op('Shape', [x]), [0], [1], [0]), g.ints([3])], 0),
  ])

const onnxRotary = (name: string, inputs: Fused['inputs'], more: Fused['attributes'] = {}): [string, Fused] => [
  `RotaryEmbedding-23, ${name}`,
  { op: 'RotaryEmbedding', domain: '', opset: 23, inputs, attributes: more },
]
const microsoftRotary = (name: string, inputs: Fused['inputs'], more: Fused['attributes'] = {}): [string, Fused] => [
  `RotaryEmbedding of com.microsoft, ${name}`,
  { op: 'RotaryEmbedding', inputs, attributes: more },
]

const caches = (g: GraphBuilder, size: number) => [constant(g, [5, size], 2), constant(g, [5, size], 3)]
const rotaries: [string, Fused][] = [
  ...[0, 1].flatMap((interleaved) => [
    onnxRotary(
      `heads apart, interleaved ${interleaved}`,
      (g, x) => [inHeads(g, x), ...caches(g, 2), repeatedPositions(g, x)],
      {
        interleaved,
      },
    ),
    onnxRotary(`heads together, interleaved ${interleaved}`, (g, x) => [x, ...caches(g, 2), repeatedPositions(g, x)], {
      num_heads: 2,
      interleaved,
    }),
    onnxRotary(
      `a part of each head, interleaved ${interleaved}`,
      (g, x) => [x, ...caches(g, 1), repeatedPositions(g, x)],
      {
        num_heads: 2,
        rotary_embedding_dim: 2,
        interleaved,
      },
    ),
    microsoftRotary(
      `heads together, interleaved ${interleaved}`,
      (g, x) => [x, repeatedPositions(g, x), ...caches(g, 2)],
      {
        interleaved,
      },
    ),
    microsoftRotary(
      `a first position, interleaved ${interleaved}`,
      (g, x) => [x, positions(g, [1], [1]), ...caches(g, 2)],
      {
        interleaved,
      },
    ),
  ]),
  onnxRotary('a row of angles a token', (g, x) => {
    const batch = g.slice(g.op('Shape', [x]), [0], [1], [0])
    const rows = (seed: number) => g.op('Expand', [constant(g, [1, 3, 2], seed), g.concat([batch, g.ints([3, 2])], 0)])
    return [inHeads(g, x), rows(2), rows(3)]
  }),
]

describe('decomposeFused', () => {
  it.each([...gelus, ...products, ...norms, ...attentions, ...rotaries])('%s', async (_, fused) => {
    expect(await worstError(fused)).toBeLessThan(1e-5)
  })

  it('a fused node in the middle hands its result on', async () => {
    const fused: Fused = { op: 'Gelu', inputs: (_, x) => [x] }
    const graph = fusedGraph(fused)
    new GraphBuilder(graph, 'after').op('Add', ['y', 'y'], {}, ['z'])
    graph.outputs = [{ name: 'z', type: 'unknown', dims: [] }]
    const x = image([3, 8])(1)
    const [wanted] = await run(graph, x)
    const { facts } = await traceGraph(graph, image([3, 8]), load)
    decomposeFused(graph, facts)
    const [found] = await run(graph, x)
    const differences = (wanted!.data as Float32Array).map((value, at) => Math.abs(value - Number(found!.data[at])))
    expect(Math.max(...differences)).toBeLessThan(1e-5)
  })

  it('a graph of plain operators stays as it is', async () => {
    const graph = fusedGraph({ op: 'Neg', domain: '', inputs: (_, x) => [x] })
    const { facts } = await traceGraph(graph, image([3, 8]), load)
    expect(decomposeFused(graph, facts)).toBe(false)
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Neg'])
  })

  it('newer LayerNormalization and plain Gelu keep their own rules', async () => {
    const norm = fusedGraph({ op: 'LayerNormalization', domain: '', inputs: (g, x) => [x, constant(g, [8])] })
    const { facts } = await traceGraph(norm, image([3, 8]), load)
    expect(decomposeFused(norm, facts)).toBe(false)
  })

  it.each<[string, Fused]>([
    [
      'a key-value cache',
      {
        op: 'Attention',
        domain: '',
        opset: 23,
        inputs: (g, x) => {
          const [q, k, v] = headed(g, x) as [string, string, string]
          return [q, k, v, '', k, v]
        },
        outputs: ['y', 'keys', 'values'],
      },
    ],
    [
      'Output 1 of com.microsoft.SkipLayerNormalization',
      {
        op: 'SkipLayerNormalization',
        inputs: (g, x) => [x, g.mul(x, x), constant(g, [8]), constant(g, [8], 2)],
        outputs: ['y', 'mean'],
      },
    ],
  ])('%s is refused with the node', async (words, fused) => {
    await expect(decomposed(fused)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining(words),
    })
    await expect(decomposed(fused)).rejects.toThrow("node 'fused'")
  })
})
