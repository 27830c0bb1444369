/** Cases of products. */
import type { GraphBuilder } from '../../onnx/builder'
import { weights, type GradientCase, type Operand } from './gradient-case'

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

export const productCases: GradientCase[] = [...matMulCases, ...gemmCases, ...moreGemmCases, ...einsumCases]
