/** Cases of products, normalisation, softmax and reductions. */
import type { GraphBuilder } from '../../onnx/builder'
import { positive, weights, type GradientCase, type Operand } from './gradient-case'

const both = (g: GraphBuilder, operands: string[]) => g.matMul(operands[0]!, operands[1]!)

function matMul(name: string, a: Operand, b: Operand, rest: Partial<GradientCase> = {}): GradientCase {
  return { op: 'MatMul', name, operands: [a, b], build: both, ...rest }
}

/** A product with a constant on one side. */
function constantMatMul(name: string, operand: Operand, constant: number[], side: 'left' | 'right'): GradientCase {
  return {
    op: 'MatMul',
    name,
    operands: [operand],
    build: (g, [x]) => {
      const matrix = weights(g, constant)
      return side === 'left' ? g.matMul(matrix, x!) : g.matMul(x!, matrix)
    },
  }
}

const matMulCases: GradientCase[] = [
  matMul('batched matrices', { dims: [1, 2, 3, 4] }, { dims: [1, 2, 4, 5] }),
  matMul('the left operand broadcasts', { dims: [1, 1, 3, 4] }, { dims: [1, 2, 4, 5] }),
  matMul('the right operand broadcasts', { dims: [1, 2, 3, 4] }, { dims: [1, 1, 4, 5] }),
  matMul('the right operand has fewer axes', { dims: [2, 1, 3, 4], batchAxis: 1 }, { dims: [1, 4, 5] }),
  matMul('the left operand has fewer axes', { dims: [1, 3, 4] }, { dims: [2, 1, 4, 5], batchAxis: 1 }),
  matMul('heads merged with the batch', { dims: [2, 3, 4] }, { dims: [2, 4, 3] }),
  constantMatMul('a constant matrix on the right', { dims: [1, 3, 4] }, [4, 5], 'right'),
  constantMatMul('rows of samples', { dims: [1, 4] }, [4, 5], 'right'),
  constantMatMul('tokens first', { dims: [3, 1, 4], batchAxis: 1 }, [4, 5], 'right'),
  constantMatMul('a constant matrix on the left', { dims: [1, 3, 4] }, [5, 3], 'left'),
  constantMatMul('a constant of more axes on the left', { dims: [1, 3, 4] }, [2, 1, 5, 3], 'left'),
  constantMatMul('a constant vector on the right', { dims: [1, 3, 4] }, [4], 'right'),
  constantMatMul('a constant vector on the left', { dims: [1, 3, 4] }, [3], 'left'),
  constantMatMul('samples as columns', { dims: [4, 1], batchAxis: 1 }, [5, 4], 'left'),
  matMul('two vectors', { dims: [4] }, { dims: [4] }, { fixedBatch: true }),
  matMul('vector and matrix', { dims: [4] }, { dims: [4, 3] }, { fixedBatch: true }),
  matMul('matrix and vector', { dims: [3, 4] }, { dims: [4] }, { fixedBatch: true }),
  matMul('vector and batched matrix', { dims: [4] }, { dims: [2, 4, 3] }, { fixedBatch: true }),
  matMul('batched matrix and vector', { dims: [2, 3, 4] }, { dims: [4] }, { fixedBatch: true }),
  matMul('one sample, broadcast', { dims: [1, 2, 3, 4] }, { dims: [4, 5] }, { fixedBatch: true }),
  {
    op: 'MatMul',
    name: 'a value times itself',
    operands: [{ dims: [1, 3, 3] }],
    build: (g, [x]) => g.matMul(x!, x!),
  },
  {
    op: 'MatMul',
    name: 'an attention layer',
    operands: [{ dims: [1, 2, 3, 4] }, { dims: [1, 2, 3, 4] }, { dims: [1, 2, 3, 4] }],
    build: (g, [q, k, v]) =>
      g.matMul(g.op('Softmax', [g.scale(g.matMul(q!, g.transpose(k!, [0, 1, 3, 2])), 0.5)], { axis: -1 }), v!),
  },
  {
    op: 'MatMul',
    name: 'an attention whose matrix multiplies two values',
    operands: [{ dims: [1, 2, 3, 3] }, { dims: [1, 2, 3, 4] }, { dims: [1, 2, 3, 4] }],
    build: (g, [scores, v, w]) => {
      const matrix = g.op('Softmax', [scores!], { axis: -1 })
      return g.add(g.matMul(matrix, v!), g.mul(w!, g.matMul(matrix, w!)))
    },
  },
  {
    op: 'MatMul',
    name: 'an attention of all heads over the same values',
    operands: [{ dims: [1, 2, 3, 3] }, { dims: [1, 1, 3, 4] }],
    build: (g, [scores, v]) => g.matMul(g.op('Softmax', [scores!], { axis: -1 }), v!),
  },
  {
    op: 'MatMul',
    name: 'an attention shared by all values',
    operands: [{ dims: [1, 1, 3, 3] }, { dims: [1, 2, 3, 4] }],
    build: (g, [scores, v]) => g.matMul(g.op('Softmax', [scores!], { axis: -1 }), v!),
  },
]

/** The batch has to be the rows of the product: A's rows, or its columns where it is transposed. */
const gemmCases: GradientCase[] = [false, true].flatMap((transA) =>
  [false, true].flatMap((transB): GradientCase[] => {
    const attributes = {
      transA: transA ? 1 : 0,
      transB: transB ? 1 : 0,
      alpha: { float: 0.7 },
      beta: { float: 1.3 },
    }
    const label = `transA ${attributes.transA}, transB ${attributes.transB}`
    const b = transB ? [3, 4] : [4, 3]
    return [
      {
        op: 'Gemm',
        name: `${label}, bias of the columns`,
        operands: [transA ? { dims: [4, 1], batchAxis: 1 } : { dims: [1, 4] }],
        build: (g, [a]) => g.op('Gemm', [a!, weights(g, b), weights(g, [3])], attributes),
      },
      {
        op: 'Gemm',
        name: `${label}, gradients of all three operands`,
        fixedBatch: true,
        operands: [{ dims: transA ? [4, 2] : [2, 4] }, { dims: b }, { dims: [2, 3] }],
        build: (g, operands) => g.op('Gemm', operands, attributes),
      },
      {
        op: 'Gemm',
        name: `${label}, C broadcasts over rows`,
        fixedBatch: true,
        operands: [{ dims: transA ? [4, 2] : [2, 4] }, { dims: b }, { dims: [2, 1] }],
        build: (g, operands) => g.op('Gemm', operands, attributes),
      },
    ]
  }),
)

const moreGemmCases: GradientCase[] = [
  {
    op: 'Gemm',
    name: 'without C',
    operands: [{ dims: [1, 4] }],
    build: (g, [a]) => g.op('Gemm', [a!, weights(g, [4, 3])]),
  },
  {
    op: 'Gemm',
    name: 'C from the input, a column',
    operands: [{ dims: [1, 4] }, { dims: [1, 1] }],
    build: (g, [a, c]) => g.op('Gemm', [a!, weights(g, [4, 3]), c!], { beta: { float: 0.6 } }),
  },
  {
    op: 'Gemm',
    name: 'samples as columns of B',
    operands: [{ dims: [4, 1], batchAxis: 1 }],
    build: (g, [b]) => g.op('Gemm', [weights(g, [3, 4]), b!], { alpha: { float: 2.5 } }),
  },
]

function einsum(equation: string, operands: Operand[], rest: Partial<GradientCase> = {}): GradientCase {
  return { op: 'Einsum', name: equation, operands, build: (g, names) => g.op('Einsum', names, { equation }), ...rest }
}

const einsumCases: GradientCase[] = [
  einsum('bhid,bhjd->bhij', [{ dims: [1, 2, 3, 4] }, { dims: [1, 2, 3, 4] }]),
  einsum('bhij,bhjd->bhid', [{ dims: [1, 2, 3, 3] }, { dims: [1, 2, 3, 4] }]),
  einsum('bij,bjk', [{ dims: [1, 3, 4] }, { dims: [1, 4, 2] }], { fixedBatch: true }),
  einsum('b i j , b j k -> b i k', [{ dims: [1, 3, 4] }, { dims: [1, 4, 2] }]),
  einsum('bij->bji', [{ dims: [1, 3, 4] }]),
  einsum('bij->bi', [{ dims: [1, 3, 4] }]),
  einsum('bij,bk->bik', [{ dims: [1, 3, 4] }, { dims: [1, 2] }]),
  einsum('bi,bi->b', [{ dims: [1, 4] }, { dims: [1, 4] }]),
  einsum('bi,bj,bk->bik', [{ dims: [1, 2] }, { dims: [1, 3] }, { dims: [1, 2] }]),
  einsum('...ij,...jk->...ik', [{ dims: [1, 2, 3, 4] }, { dims: [1, 2, 4, 3] }]),
  einsum('...ij,jk->...ik', [{ dims: [1, 2, 3, 4] }, { dims: [4, 3] }], { fixedBatch: true }),
  einsum('b...i,b...i->b...', [{ dims: [1, 2, 3, 4] }, { dims: [1, 1, 3, 4] }]),
  einsum('...i->...', [{ dims: [1, 2, 4] }]),
  einsum('bij,bjk->bik', [{ dims: [1, 2, 3] }, { dims: [2, 3, 2] }], { fixedBatch: true }),
  einsum('bij,bjk->ik', [{ dims: [2, 2, 3] }, { dims: [1, 3, 2] }], { fixedBatch: true }),
  einsum('bhij,bhjk->bhik', [{ dims: [1, 1, 3, 4] }, { dims: [1, 2, 4, 3] }]),
  {
    op: 'Einsum',
    name: 'a constant operand that has a label of its own',
    operands: [{ dims: [1, 3, 4] }],
    build: (g, [x]) => g.op('Einsum', [x!, weights(g, [4, 2, 3])], { equation: 'bid,dhk->bhik' }),
  },
]

function softmax(op: string, opset: number, dims: number[], axis: number | undefined, batchAxis = 0): GradientCase {
  return {
    op,
    name: `opset ${opset}, axis ${axis ?? 'by default'} of [${dims.join(', ')}]`,
    opset,
    operands: [{ dims, batchAxis }],
    build: (g, [x]) => g.op(op, [x!], { axis }),
  }
}

const softmaxCases: GradientCase[] = ['Softmax', 'LogSoftmax'].flatMap((op) => [
  softmax(op, 11, [1, 3, 4], undefined),
  softmax(op, 11, [1, 3, 4], 2),
  softmax(op, 11, [1, 3, 4], -1),
  softmax(op, 12, [1, 2, 3, 2], -2),
  softmax(op, 12, [3, 1, 4], 2, 1),
  softmax(op, 13, [1, 3, 4], undefined),
  softmax(op, 13, [1, 3, 4], 1),
  softmax(op, 17, [1, 2, 3, 4], -2),
  softmax(op, 23, [3, 1, 4], 0, 1),
])

const awayFromZero = (normal: number) => normal + 0.3 * Math.sign(normal)

const VALUES: Record<string, Operand['values']> = {
  ReduceL1: awayFromZero,
  ReduceL2: awayFromZero,
  ReduceLogSum: positive,
  ReduceProd: (normal) => 0.6 * normal + Math.sign(normal),
}

function reduce(op: string, rest: { opset: number; axes?: number[]; keep: boolean; noop?: boolean }): GradientCase {
  const { opset, axes, keep, noop = false } = rest
  const asInput = op === 'ReduceSum' ? opset >= 13 : opset >= 18
  const label = axes ? `[${axes.join(', ')}]` : 'all'
  return {
    op,
    name: `opset ${opset}, axes ${label}, ${keep ? 'kept' : 'dropped'}${noop ? ', empty means none' : ''}`,
    opset,
    fixedBatch: axes === undefined && !noop,
    operands: [{ dims: [1, 3, 2, 4], values: VALUES[op] }],
    single: op === 'ReduceProd',
    build: (g, [x]) => {
      const attributes = { keepdims: keep ? 1 : 0, noop_with_empty_axes: noop ? 1 : undefined }
      if (!asInput) return g.op(op, [x!], { ...attributes, axes })
      return g.op(op, axes ? [x!, g.ints(axes)] : [x!], attributes)
    },
  }
}

const REDUCTIONS = [
  'ReduceSum',
  'ReduceMean',
  'ReduceSumSquare',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSumExp',
  'ReduceLogSum',
  'ReduceProd',
  'ReduceMax',
  'ReduceMin',
]
const reductionCases: GradientCase[] = REDUCTIONS.flatMap((op) => [
  reduce(op, { opset: 11, axes: [2], keep: true }),
  reduce(op, { opset: 12, axes: [-1, 1], keep: false }),
  reduce(op, { opset: 13, axes: [1, 3], keep: false }),
  reduce(op, { opset: 13, axes: [-2], keep: true }),
  reduce(op, { opset: 18, axes: [1], keep: false }),
  reduce(op, { opset: 20, axes: [-1, -2], keep: true }),
  reduce(op, { opset: 17, keep: true }),
  reduce(op, { opset: 18, keep: false }),
  reduce(op, { opset: 18, keep: true, noop: true }),
])

function norm(op: string, opset: number, axis: number | undefined, params: number): GradientCase {
  return {
    op,
    name: `opset ${opset}, axis ${axis ?? 'by default'}, ${params} parameters`,
    opset,
    operands: [{ dims: [1, 3, 4] }],
    build: (g, [x]) => {
      const shape = axis === 1 || axis === -2 ? [3, 4] : [4]
      const parameters = Array.from({ length: params }, () => weights(g, shape))
      return g.op(op, [x!, ...parameters], { axis, epsilon: { float: 1e-3 } })
    },
  }
}

const normalizationCases: GradientCase[] = [
  norm('LayerNormalization', 17, -1, 2),
  norm('LayerNormalization', 17, undefined, 1),
  norm('LayerNormalization', 20, 1, 2),
  norm('LayerNormalization', 23, -2, 2),
  norm('RMSNormalization', 23, -1, 1),
  norm('RMSNormalization', 23, undefined, 1),
  norm('RMSNormalization', 24, 1, 1),
  norm('SimplifiedLayerNormalization', 17, -1, 1),
  {
    op: 'LayerNormalization',
    name: 'scale and bias from the input',
    operands: [{ dims: [3, 1, 4], batchAxis: 1 }, { dims: [4] }, { dims: [4] }],
    fixedBatch: true,
    build: (g, [x, scale, bias]) => g.op('LayerNormalization', [x!, scale!, bias!], { axis: -1 }),
  },
  {
    op: 'LayerNormalization',
    name: 'gradients of scale and bias alone',
    operands: [{ dims: [4] }, { dims: [4] }],
    fixedBatch: true,
    build: (g, [scale, bias]) => g.op('LayerNormalization', [weights(g, [3, 4]), scale!, bias!]),
  },
  {
    op: 'LayerNormalization',
    name: 'tokens first',
    operands: [{ dims: [3, 1, 4], batchAxis: 1 }],
    build: (g, [x]) => g.op('LayerNormalization', [x!, weights(g, [4]), weights(g, [4])], { axis: -1 }),
  },
  {
    op: 'RMSNormalization',
    name: 'scale from the input',
    opset: 23,
    operands: [{ dims: [1, 3, 4] }, { dims: [4] }],
    fixedBatch: true,
    build: (g, [x, scale]) => g.op('RMSNormalization', [x!, scale!], { axis: -1 }),
  },
  {
    op: 'RMSNormalization',
    name: 'gradient of the scale alone',
    opset: 23,
    operands: [{ dims: [4] }],
    fixedBatch: true,
    build: (g, [scale]) => g.op('RMSNormalization', [weights(g, [3, 4]), scale!], { axis: -1 }),
  },
  ...[2, 3, 4].map((rank): GradientCase => ({
    op: 'BatchNormalization',
    name: `${rank} axes`,
    operands: [{ dims: [1, 3, 2, 2].slice(0, rank) }],
    build: (g, [x]) => {
      const variance = g.constant(g.floats([3], [0.7, 1.9, 0.2].map(positive)))
      return g.op('BatchNormalization', [x!, weights(g, [3]), weights(g, [3]), weights(g, [3]), variance], {
        epsilon: { float: 0.01 },
      })
    },
  })),
  {
    op: 'BatchNormalization',
    name: 'all inputs from the input',
    operands: [{ dims: [2, 3, 4] }, { dims: [3] }, { dims: [3] }, { dims: [3] }, { dims: [3], values: positive }],
    fixedBatch: true,
    build: (g, inputs) => g.op('BatchNormalization', inputs, { epsilon: { float: 0.01 } }),
  },
  ...[[1], [2], [0, 1, 2]].map((read): GradientCase => ({
    op: 'LayerNormalization',
    name: `outputs ${read.join(', ')} are read`,
    operands: [{ dims: [1, 3, 4] }],
    build: (g, [x]) => {
      const outputs = g.ops('LayerNormalization', [x!, weights(g, [4]), weights(g, [4])], 3, { axis: -1 })
      return read.map((at) => g.mul(outputs[at]!, weights(g, [3, 1]))).reduce((a, b) => g.mul(a, b))
    },
    // The mean and the deviation of doubles are given in single precision.
    single: true,
  })),
  {
    op: 'GlobalAveragePool',
    name: 'plain',
    single: true,
    operands: [{ dims: [1, 3, 2, 4] }],
    build: (g, [x]) => g.op('GlobalAveragePool', [x!]),
  },
  {
    op: 'GlobalMaxPool',
    name: 'plain',
    single: true,
    operands: [{ dims: [1, 3, 2, 4] }],
    build: (g, [x]) => g.op('GlobalMaxPool', [x!]),
  },
  ...[1, 2].map((zeros): GradientCase => ({
    op: 'ReduceProd',
    name: `beside ${zeros} of 0`,
    single: true,
    operands: [{ dims: [1, 2, 3], values: (normal, at) => (at < zeros ? 0 : 1 + Math.abs(normal)) }],
    build: (g, [x]) => g.reduce('ReduceProd', x!, [2], false),
  })),
]

export const productCases: GradientCase[] = [
  ...matMulCases,
  ...gemmCases,
  ...moreGemmCases,
  ...einsumCases,
  ...softmaxCases,
  ...reductionCases,
  ...normalizationCases,
]
