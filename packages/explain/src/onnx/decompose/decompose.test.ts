/** Fused operators: ONNX Runtime's own result against that of the plain operators they are rewritten to. */
import { describe, expect, it } from 'vitest'
import { onnxRuntime } from '../../testing/runtimes'
import { GraphBuilder } from '../builder'
import { float32 } from '../tensor'
import { traceGraph } from '../trace'
import { decomposeFused } from './index'
import { constant, decomposed, type Fused, fusedGraph, headed, image, run, worstError } from './testing/fused'

const load = onnxRuntime()

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

const activated: [string, Fused][] = [
  ...(
    [
      ['Relu', {}, []],
      ['LeakyRelu', { activation_alpha: { float: 0.3 } }, [0.3]],
      ['HardSigmoid', { activation_alpha: { float: 0.4 }, activation_beta: { float: 0.3 } }, [0.4, 0.3]],
      ['Clip', { activation_alpha: { float: -0.2 }, activation_beta: { float: 0.5 } }, [-0.2, 0.5]],
    ] as const
  ).flatMap(([activation, values, settings]): [string, Fused][] => [
    // ONNX Runtime's FusedGemm knows no Clip.
    ...(activation === 'Clip'
      ? []
      : ([
          [
            `FusedGemm, ${activation}`,
            {
              op: 'FusedGemm',
              inputs: (g, x) => [g.reshape(x, [-1, 8]), constant(g, [5, 8]), constant(g, [5], 2)],
              attributes: { activation, transB: 1, alpha: { float: 0.5 }, beta: { float: 1.5 }, ...values },
            },
          ],
        ] as [string, Fused][])),
    [
      `FusedConv, ${activation}`,
      {
        op: 'FusedConv',
        dims: [2, 4, 5],
        inputs: (g, x) => [x, constant(g, [3, 2, 2, 2]), constant(g, [3], 2)],
        attributes: { activation, activation_params: { floats: settings }, pads: [1, 0, 1, 1], strides: [2, 1] },
      },
    ],
  ]),
  [
    'FusedConv, a value that is added',
    {
      op: 'FusedConv',
      dims: [2, 4, 5],
      inputs: (g, x) => [x, constant(g, [2, 2, 1, 1]), constant(g, [2], 2), g.mul(x, x)],
      attributes: { activation: 'Relu' },
    },
  ],
]

describe('decomposeFused', () => {
  it.each([...activated, ...gelus, ...products, ...norms])('%s', async (_, fused) => {
    expect(await worstError(load, fused)).toBeLessThan(1e-5)
  })

  it('a fused node in the middle hands its result on', async () => {
    const fused: Fused = { op: 'Gelu', inputs: (_, x) => [x] }
    const graph = fusedGraph(fused)
    new GraphBuilder(graph, 'after').op('Add', ['y', 'y'], {}, ['z'])
    graph.outputs = [{ name: 'z', type: 'unknown', dims: [] }]
    const x = image([3, 8])(1)
    const [wanted] = await run(load, graph, x)
    const { facts } = await traceGraph(graph, image([3, 8]), load)
    decomposeFused(graph, facts)
    const [found] = await run(load, graph, x)
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
    await expect(decomposed(load, fused)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining(words),
    })
    await expect(decomposed(load, fused)).rejects.toThrow("node 'fused'")
  })
})
