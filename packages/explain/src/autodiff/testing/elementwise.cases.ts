/** Cases of elementwise operators: arithmetic, functions of one value, activations. */
import { TensorProto_DataType as T } from 'onnx-buf'
import type { AttributeInput } from '../../onnx/node'
import { int64 } from '../../onnx/tensor'
import { positive, weights, type GradientCase } from './gradient-case'

const MATRIX = { dims: [1, 3, 4] }

function one(
  op: string,
  name: string,
  rest: Partial<GradientCase> = {},
  attributes: Record<string, AttributeInput> = {},
): GradientCase {
  return { op, name, operands: [MATRIX], build: (g, [x]) => g.op(op, [x!], attributes), ...rest }
}

/** Every way two operands can broadcast, for one operator. */
function broadcasts(op: string, values?: (normal: number) => number): GradientCase[] {
  const build: GradientCase['build'] = (g, [a, b]) => g.op(op, [a!, b!])
  const both = (name: string, a: number[], b: number[], axes: [number, number] = [0, 0]): GradientCase => ({
    op,
    name,
    operands: [
      { dims: a, batchAxis: axes[0], values },
      { dims: b, batchAxis: axes[1], values },
    ],
    build,
  })
  return [
    both('same shapes', [1, 3, 4], [1, 3, 4]),
    both('the second operand broadcasts', [1, 3, 4], [1, 1, 4]),
    both('the first operand broadcasts', [1, 3, 1], [1, 3, 4]),
    both('both broadcast', [1, 3, 1], [1, 1, 4]),
    both('fewer axes', [3, 1, 4], [1, 4], [1, 0]),
    both('fewer axes on the left', [1, 1], [3, 1, 4], [0, 1]),
    {
      op,
      name: 'a constant that the operand broadcasts to',
      operands: [{ dims: [1, 1, 4], values }],
      build: (g, [a]) => g.op(op, [a!, positiveWeights(g, [2, 1, 3, 4])]),
    },
    {
      op,
      name: 'a constant on the left',
      operands: [{ dims: [1, 3, 4], values }],
      build: (g, [a]) => g.op(op, [positiveWeights(g, [4]), a!]),
    },
    {
      op,
      name: 'the same value twice',
      operands: [{ dims: [1, 3, 4], values }],
      build: (g, [a]) => g.op(op, [a!, a!]),
    },
    {
      op,
      name: 'a model of one sample',
      fixedBatch: true,
      operands: [
        { dims: [4], values },
        { dims: [3, 1], values },
      ],
      build,
    },
  ]
}

const positiveWeights = (g: Parameters<GradientCase['build']>[0], dims: number[]) => {
  const count = dims.reduce((product, dim) => product * dim, 1)
  return g.constant(
    g.floats(
      dims,
      Array.from({ length: count }, (_, at) => 1.1 + 0.5 * Math.sin(at)),
    ),
  )
}

/** ONNX Runtime's cpu has Mean in single precision only. */
const singleOnly = (op: string) => op === 'Mean'

const threeOperands = (op: string): GradientCase => ({
  op,
  single: singleOnly(op),
  name: 'three operands that broadcast',
  operands: [{ dims: [1, 3, 4] }, { dims: [1, 1, 4] }, { dims: [1, 3, 1] }],
  build: (g, operands) => g.op(op, operands),
})

/** A power with a constant exponent of the base's type. */
const power = (exponent: number, values?: (normal: number) => number): GradientCase => ({
  op: 'Pow',
  name: `exponent ${exponent}`,
  operands: [{ dims: [1, 3, 4], values }],
  build: (g, [x]) => g.op('Pow', [x!, g.scalar(exponent)]),
})

export const arithmeticCases: GradientCase[] = [
  ...broadcasts('Add'),
  ...broadcasts('Sub'),
  ...broadcasts('Mul'),
  ...broadcasts('Div', positive),
  ...broadcasts('Pow', positive),
  ...['Sum', 'Mean', 'Min', 'Max'].map(threeOperands),
  ...['Sum', 'Mean', 'Min', 'Max'].map((op): GradientCase => ({
    op,
    name: 'one operand',
    single: singleOnly(op),
    operands: [MATRIX],
    build: (g, operands) => g.op(op, operands),
  })),
  {
    op: 'Sum',
    name: 'the same value three times',
    operands: [MATRIX],
    build: (g, [x]) => g.op('Sum', [x!, x!, x!]),
  },
  { op: 'Div', name: 'negative values', operands: [MATRIX], build: (g, [x]) => g.div(x!, weights(g, [3, 4])) },
  power(2),
  power(3),
  power(1),
  power(0),
  power(0.5, positive),
  power(-1.5, positive),
  power(-2),
  {
    op: 'Pow',
    name: 'an integer exponent of another type',
    operands: [MATRIX],
    build: (g, [x]) => g.op('Pow', [x!, g.constant(int64([], [3]))]),
  },
  {
    op: 'Pow',
    name: 'an integer exponent 2 of another type',
    opset: 13,
    operands: [MATRIX],
    build: (g, [x]) => g.op('Pow', [x!, g.constant(int64([1], [2]))]),
  },
  {
    op: 'Pow',
    name: 'exponents that broadcast',
    operands: [{ dims: [1, 3, 1], values: positive }],
    build: (g, [x]) => g.op('Pow', [x!, weights(g, [4])]),
  },
  {
    op: 'Where',
    name: 'both branches broadcast',
    operands: [{ dims: [1, 3, 1] }, { dims: [1, 1, 4] }],
    build: (g, [a, b]) => g.where(g.op('Greater', [weights(g, [3, 4]), g.scalar(0)]), a!, b!),
  },
  {
    op: 'Where',
    name: 'the condition broadcasts',
    operands: [{ dims: [1, 3, 4] }, { dims: [1, 3, 4] }],
    build: (g, [a, b]) => g.where(g.op('Greater', [weights(g, [4]), g.scalar(0)]), a!, b!),
  },
  {
    op: 'Where',
    name: 'the condition is larger than both branches',
    operands: [{ dims: [1, 4] }, { dims: [1, 1] }],
    build: (g, [a, b]) => g.where(g.op('Greater', [weights(g, [2, 1, 4]), g.scalar(0)]), a!, b!),
  },
  {
    op: 'Where',
    name: 'the same value in both branches',
    operands: [MATRIX],
    build: (g, [x]) => g.where(g.op('Greater', [x!, g.scalar(0)]), x!, x!),
  },
  {
    op: 'Where',
    name: 'a constant branch',
    operands: [MATRIX],
    build: (g, [x]) => g.where(g.op('Less', [x!, g.scalar(0.2)]), g.scalar(-5), x!),
  },
  {
    op: 'Add',
    name: 'a value that several nodes read',
    operands: [MATRIX],
    build: (g, [x]) => {
      const squared = g.mul(x!, x!)
      const tanh = g.op('Tanh', [squared])
      return g.add(g.add(g.mul(squared, tanh), g.sub(tanh, x!)), g.mul(x!, tanh))
    },
  },
]

export const unaryCases: GradientCase[] = [
  ...['Identity', 'Neg', 'Abs', 'Exp', 'Sin', 'Cos', 'Sign', 'Floor', 'Ceil', 'Round'].map((op) => one(op, 'plain')),
  ...['Sqrt', 'Reciprocal', 'Log'].map((op) => one(op, 'plain', { operands: [{ dims: [1, 3, 4], values: positive }] })),
  ...['Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Atanh'].map((op) =>
    one(op, 'plain', { single: true, operands: [{ dims: [1, 3, 4], values: (normal) => 0.8 * Math.tanh(normal) }] }),
  ),
  one('Acosh', 'plain', {
    single: true,
    operands: [{ dims: [1, 3, 4], values: (normal) => 1.3 + Math.abs(normal) }],
  }),
  one('Reciprocal', 'negative values', { operands: [{ dims: [1, 5], values: (normal) => -positive(normal) }] }),
  one('Erf', 'plain', { single: true }),
  one('Dropout', 'ratio as an attribute', { opset: 11 }, { ratio: { float: 0.4 } }),
  {
    op: 'Dropout',
    name: 'ratio and mode as inputs',
    opset: 13,
    operands: [MATRIX],
    build: (g, [x]) => g.op('Dropout', [x!, g.scalar(0.4)]),
  },
  {
    op: 'Cast',
    name: 'to double and back',
    operands: [MATRIX],
    build: (g, [x]) => {
      const wide = g.cast(x!, T.DOUBLE)
      return g.cast(g.op('Exp', [wide]), g.floatType === 'float64' ? T.DOUBLE : T.FLOAT)
    },
  },
  {
    op: 'Cast',
    name: 'to integers, which pass nothing on',
    operands: [MATRIX],
    build: (g, [x]) => {
      const whole = g.cast(g.op('Round', [g.scale(x!, 3)]), T.INT64)
      return g.mul(x!, g.cast(whole, g.floatType === 'float64' ? T.DOUBLE : T.FLOAT))
    },
  },
  {
    op: 'CastLike',
    name: 'to double and back',
    operands: [MATRIX],
    build: (g, [x]) => {
      const double = g.constant({ type: 'float64', dims: [], data: Float64Array.of(0) })
      return g.op('CastLike', [g.op('Exp', [g.op('CastLike', [x!, double])]), g.scalar(0)])
    },
  },
  {
    op: 'CastLike',
    name: 'to integers, which pass nothing on',
    operands: [MATRIX],
    build: (g, [x]) => {
      const whole = g.op('CastLike', [g.op('Round', [g.scale(x!, 3)]), g.int(0)])
      return g.mul(x!, g.op('CastLike', [whole, x!]))
    },
  },
]

/** Values on both sides of every bend in `bends`, none nearer than 0.1. */
const around =
  (...bends: number[]) =>
  (_: number, index: number) =>
    bends[index % bends.length]! + (index % 2 === 0 ? 1 : -1) * (0.15 + 0.11 * index)

export const activationCases: GradientCase[] = [
  ...['Relu', 'Tanh', 'Sigmoid'].map((op) => one(op, 'plain')),
  one('Softplus', 'plain', { single: true }),
  one('Softsign', 'plain', { single: true }),
  one('LeakyRelu', 'default slope'),
  one('LeakyRelu', 'slope 0.3', {}, { alpha: { float: 0.3 } }),
  one('Elu', 'default', { single: true }),
  one('Selu', 'default', { single: true }),
  one('Selu', 'alpha 1.2, gamma 0.8', { single: true }, { alpha: { float: 1.2 }, gamma: { float: 0.8 } }),
  one('Celu', 'default', { single: true }),
  one('Celu', 'alpha 1.7', { single: true }, { alpha: { float: 1.7 } }),
  one(
    'ThresholdedRelu',
    'alpha 0.3',
    { single: true, operands: [{ dims: [1, 12], values: around(0.3, 4) }] },
    {
      alpha: { float: 0.3 },
    },
  ),
  one('Elu', 'alpha 1.7', { single: true }, { alpha: { float: 1.7 } }),
  one('HardSigmoid', 'default', { single: true, operands: [{ dims: [1, 12], values: around(-2.5, 2.5) }] }),
  one(
    'HardSigmoid',
    'alpha 1/6, beta 0.4',
    { single: true, operands: [{ dims: [1, 12], values: around(-2.4, 3.6) }] },
    { alpha: { float: 1 / 6 }, beta: { float: 0.4 } },
  ),
  one('HardSwish', 'plain', { single: true, operands: [{ dims: [1, 12], values: around(-3, 3) }] }),
  one('Gelu', 'exact', { opset: 20, single: true }),
  one('Gelu', 'exact by name', { opset: 20, single: true }, { approximate: 'none' }),
  one('Gelu', 'tanh', { opset: 20 }, { approximate: 'tanh' }),
  one('Swish', 'default', { opset: 24 }),
  one('Swish', 'alpha 1.7', { opset: 24 }, { alpha: { float: 1.7 } }),
  one('Mish', 'plain', { opset: 18 }),
  clip('both bounds', ['low', 'high']),
  clip('no lower bound', ['', 'high']),
  clip('no upper bound', ['low']),
  clip('no bounds', []),
  clip('both bounds', ['low', 'high'], 11),
  {
    op: 'PRelu',
    name: 'slope from the input',
    operands: [{ dims: [1, 2, 3] }, { dims: [3] }],
    fixedBatch: true,
    build: (g, [x, slope]) => g.op('PRelu', [x!, slope!]),
  },
  ...['below', 'crossed'].map((name): GradientCase => ({
    op: 'Clip',
    name: `bounds from the input, ${name}`,
    operands: [
      { dims: [1, 2, 3], values: (_, at) => [-2, 0.5, 0.2, 3, -0.7, 1.4][at]! },
      { dims: [1], values: () => (name === 'below' ? -0.4 : 2.1) },
      { dims: [1], values: () => 0.9 },
    ],
    fixedBatch: true,
    build: (g, [x, low, high]) => g.op('Clip', [x!, g.reshape(low!, []), g.reshape(high!, [])]),
  })),
  {
    op: 'PRelu',
    name: 'slopes of channels',
    operands: [{ dims: [1, 3, 4] }],
    build: (g, [x]) => g.op('PRelu', [x!, weights(g, [3, 1])]),
  },
]

function clip(name: string, bounds: ('low' | 'high' | '')[], opset = 17): GradientCase {
  return {
    op: 'Clip',
    name: `${name}, opset ${opset}`,
    opset,
    single: opset < 12,
    operands: [{ dims: [1, 12], values: around(-1, 1.5) }],
    build: (g, [x]) => {
      const values = bounds.map((bound) => (bound === '' ? '' : g.scalar(bound === 'low' ? -1 : 1.5)))
      return g.op('Clip', [x!, ...values])
    },
  }
}
