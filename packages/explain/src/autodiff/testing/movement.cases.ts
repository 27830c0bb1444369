/** Cases of operators that move, copy or select values. */
import type { GraphBuilder } from '../../onnx/builder'
import { int64 } from '../../onnx/tensor'
import { weights, type GradientCase, type Operand } from './gradient-case'

const X: Operand = { dims: [1, 3, 4] }

function moved(
  op: string,
  name: string,
  build: (g: GraphBuilder, x: string) => string,
  rest: Partial<GradientCase> = {},
) {
  return { op, name, operands: [X], ...rest, build: (g, [x]) => build(g, x!) } satisfies GradientCase
}

/** Squeeze, Unsqueeze and Split before and after opset 13, the builder's choice. */
const byOpset = (make: (opset: number) => GradientCase): GradientCase[] => [11, 13, 18].map(make)

const shapeCases: GradientCase[] = [
  moved('Reshape', 'zeros and -1', (g, x) => g.reshape(x, [0, -1])),
  moved('Reshape', 'heads', (g, x) => g.reshape(x, [0, 3, 2, 2])),
  moved('Reshape', 'batch merged with tokens', (g, x) => g.reshape(x, [-1, 4])),
  moved('Reshape', 'a batch that is not first', (g, x) => g.reshape(x, [3, -1, 2, 2]), {
    operands: [{ dims: [3, 1, 4], batchAxis: 1 }],
  }),
  moved('Flatten', 'by default', (g, x) => g.op('Flatten', [x])),
  moved('Flatten', 'axis 2', (g, x) => g.op('Flatten', [x], { axis: 2 })),
  moved('Flatten', 'axis -1', (g, x) => g.op('Flatten', [x], { axis: -1 })),
  ...byOpset((opset) =>
    moved('Squeeze', `axes 1 and -1, opset ${opset}`, (g, x) => g.squeeze(x, [1, -1]), {
      opset,
      operands: [{ dims: [1, 1, 4, 1] }],
    }),
  ),
  moved('Squeeze', 'all axes of length 1', (g, x) => g.op('Squeeze', [x]), {
    operands: [{ dims: [2, 1, 4, 1] }],
    fixedBatch: true,
  }),
  ...byOpset((opset) =>
    moved('Unsqueeze', `axes 1 and -1, opset ${opset}`, (g, x) => g.unsqueeze(x, [1, -1]), { opset }),
  ),
  ...byOpset((opset) => moved('Unsqueeze', `axis 0, opset ${opset}`, (g, x) => g.unsqueeze(x, [0]), { opset })),
  moved('Transpose', 'reversed by default', (g, x) => g.op('Transpose', [x])),
  moved('Transpose', 'a permutation that is not its own inverse', (g, x) => g.transpose(x, [0, 2, 3, 1]), {
    operands: [{ dims: [1, 2, 3, 2] }],
  }),
  moved('Transpose', 'the batch moves', (g, x) => g.transpose(x, [2, 0, 1])),
  moved('Expand', 'new axes', (g, x) => g.op('Expand', [x, g.ints([2, 1, 3, 4])])),
  moved('Expand', 'axes of length 1', (g, x) => g.op('Expand', [x, g.ints([1, 3, 4])]), {
    operands: [{ dims: [1, 1, 4] }],
  }),
  moved('Expand', 'to the batch of another value', (g, x) =>
    g.mul(x, g.op('Expand', [g.sum(x, [1], true), g.op('Shape', [x])])),
  ),
  moved('Expand', 'fewer axes than the value has', (g, x) => g.op('Expand', [x, g.ints([4])])),
  moved('Tile', 'two axes', (g, x) => g.op('Tile', [x, g.ints([1, 2, 3])])),
  moved('Tile', 'the batch is not first', (g, x) => g.op('Tile', [x, g.ints([2, 1, 2])]), {
    operands: [{ dims: [3, 1, 2], batchAxis: 1 }],
  }),
  moved('Tile', 'once', (g, x) => g.op('Tile', [x, g.ints([1, 1, 1])])),
]

const concatCases: GradientCase[] = [
  {
    op: 'Concat',
    name: 'parts of different lengths, a constant between',
    operands: [{ dims: [1, 2, 3] }, { dims: [1, 1, 3] }],
    build: (g, [a, b]) => {
      const token = g.mul(g.slice(b!, [0], [1], [1]), g.scalar(0.5))
      return g.concat([a!, token, b!], 1)
    },
  },
  {
    op: 'Concat',
    name: 'a negative axis',
    operands: [{ dims: [1, 2, 3] }, { dims: [1, 2, 2] }],
    build: (g, [a, b]) => g.concat([a!, b!], -1),
  },
  moved('Concat', 'the same value twice', (g, x) => g.concat([x, g.neg(x), x], 2)),
  {
    op: 'Concat',
    name: 'a constant first',
    fixedBatch: true,
    operands: [{ dims: [1, 2, 3] }],
    build: (g, [x]) => g.concat([weights(g, [1, 4, 3]), x!], 1),
  },
]

const splitCases: GradientCase[] = [
  ...byOpset((opset) =>
    moved(
      'Split',
      `parts of different lengths, opset ${opset}`,
      (g, x) => {
        const [a, b] = opset < 18 ? g.split(x, [1, 3], 2) : g.split(x, [1, 3], -1)
        return g.mul(a!, b!)
      },
      { opset },
    ),
  ),
  moved('Split', 'an output that nobody reads', (g, x) => {
    const parts = g.split(x, [1, 2, 1], 2)
    return g.mul(parts[0]!, parts[2]!)
  }),
  moved(
    'Split',
    'equal parts by num_outputs',
    (g, x) => {
      const parts = g.ops('Split', [x], 2, { axis: 2, num_outputs: 2 })
      return g.mul(parts[0]!, parts[1]!)
    },
    { opset: 18 },
  ),
  moved(
    'Split',
    'uneven parts by num_outputs',
    (g, x) => {
      const [a, b] = g.ops('Split', [x], 2, { axis: 1, num_outputs: 2 })
      return g.concat([b!, g.neg(a!)], 1)
    },
    { opset: 18 },
  ),
  moved(
    'Split',
    'equal parts by the number of outputs',
    (g, x) => {
      const parts = g.ops('Split', [x], 3, { axis: 1 })
      return g.mul(g.sub(parts[0]!, parts[1]!), parts[2]!)
    },
    { opset: 13 },
  ),
]

function slice(name: string, starts: number[], ends: number[], axes?: number[], steps?: number[]): GradientCase {
  return moved(
    'Slice',
    name,
    (g, x) => {
      const inputs = [x, g.ints(starts), g.ints(ends)]
      if (axes) inputs.push(g.ints(axes))
      if (steps) inputs.push(g.ints(steps))
      return g.op('Slice', inputs)
    },
    { operands: [{ dims: [1, 5, 6] }] },
  )
}

const LARGEST = 2 ** 62

const sliceCases: GradientCase[] = [
  slice('one axis', [1], [4], [1]),
  slice('two axes, negative bounds', [-3, 1], [-1, 100], [1, -1]),
  slice('the class token', [0], [1], [1]),
  slice('to the end', [2], [LARGEST], [2]),
  slice('axes by default', [0, 1], [LARGEST, 3]),
  slice('steps of 2', [0, 1], [5, 6], [1, 2], [2, 2]),
  slice('steps of 3 from a negative start', [-5], [LARGEST], [2], [3]),
  slice('backwards', [4], [0], [1], [-1]),
  slice('backwards to the first', [-1], [-LARGEST], [2], [-1]),
  slice('backwards in steps of 2', [100], [-100], [2], [-2]),
  slice('the whole axis', [0], [6], [2]),
]

function gather(
  name: string,
  dims: number[],
  axis: number | undefined,
  shape: number[],
  indices: number[],
): GradientCase {
  return moved('Gather', name, (g, x) => g.op('Gather', [x, g.constant(int64(shape, indices))], { axis }), {
    operands: [{ dims, batchAxis: axis === undefined ? 1 : 0 }],
  })
}

const gatherCases: GradientCase[] = [
  gather('a scalar index', [1, 4, 3], 1, [], [2]),
  gather('a negative scalar index', [1, 4, 3], -1, [], [-3]),
  gather('one index in a vector', [1, 4, 3], 1, [1], [0]),
  gather('a contiguous run', [1, 5, 2], 1, [3], [1, 2, 3]),
  gather('all indices', [1, 4, 2], 1, [4], [0, 1, 2, 3]),
  gather('repeated and negative indices', [1, 4, 3], 1, [5], [3, 0, -1, 0, 2]),
  gather('a matrix of indices', [1, 4, 3], 1, [2, 3], [0, 1, 2, 3, 3, 0]),
  gather('a matrix of indices on the last axis', [1, 2, 4], -1, [2, 2], [3, 1, 0, 1]),
  gather('indices in reverse', [1, 3, 4], 2, [4], [3, 2, 1, 0]),
  gather('axis 0 by default', [3, 1, 2], undefined, [], [1]),
  gather('axis 0 by default, repeated indices', [3, 1, 2], undefined, [3], [2, 0, 2]),
]

const padCases: GradientCase[] = [
  moved('Trilu', 'upper', (g, x) => g.op('Trilu', [x])),
  moved('Trilu', 'lower from the diagonal above', (g, x) => g.op('Trilu', [x, g.int(1)], { upper: 0 })),
  moved('CumSum', 'tokens', (g, x) => g.op('CumSum', [x, g.int(1)])),
  moved('CumSum', 'exclusive and in reverse', (g, x) => g.op('CumSum', [x, g.int(-1)], { exclusive: 1, reverse: 1 })),
  ...['edge', 'reflect', 'wrap'].map((mode) =>
    moved('Pad', `mode ${mode}`, (g, x) => g.op('Pad', [x, g.ints([0, 2, 1, 0, 1, 3])], { mode }), { opset: 19 }),
  ),
  moved('Pad', 'edges far away', (g, x) => g.op('Pad', [x, g.ints([0, 4, 0, 0, 0, 0])], { mode: 'edge' })),
  moved('Pad', 'before and after', (g, x) => g.op('Pad', [x, g.ints([0, 1, 0, 0, 2, 3])])),
  moved(
    'Pad',
    'a value that is not zero, opset 11',
    (g, x) => g.op('Pad', [x, g.ints([0, 0, 2, 0, 1, 0]), g.scalar(7)]),
    {
      opset: 11,
    },
  ),
  {
    op: 'Pad',
    name: 'the value that fills',
    operands: [{ dims: [1, 2, 3] }, { dims: [1] }],
    fixedBatch: true,
    build: (g, [x, value]) => g.op('Pad', [x!, g.ints([0, 1, 0, 0, 2, 3]), g.reshape(value!, [])]),
  },
  moved('Pad', 'nothing', (g, x) => g.op('Pad', [x, g.ints([0, 0, 0, 0, 0, 0])])),
  moved('Pad', 'axes as an input', (g, x) => g.op('Pad', [x, g.ints([2, 0, 1, 3]), '', g.ints([-1, 1])]), {
    opset: 18,
  }),
  moved('Pad', 'negative pads cut off', (g, x) => g.op('Pad', [x, g.ints([0, -1, 1, 0, 2, -2])])),
]

export const movementCases: GradientCase[] = [
  ...shapeCases,
  ...concatCases,
  ...splitCases,
  ...sliceCases,
  ...gatherCases,
  ...padCases,
]
