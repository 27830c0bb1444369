/** Cases of softmax, reductions and normalisation. */
import { positive, weights, type GradientCase, type Operand } from './gradient-case'

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
const reducingCases: GradientCase[] = REDUCTIONS.flatMap((op) => [
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

export const reductionCases: readonly GradientCase[] = [...softmaxCases, ...reducingCases, ...normalizationCases]
