/** Cases of operators that take or put elements at computed places. */
import type { GraphBuilder } from '../../onnx/builder'
import { int64 } from '../../onnx/tensor'
import type { GradientCase } from './gradient-case'

const places = (g: GraphBuilder, dims: number[], values: number[]) => g.constant(int64(dims, values))
/** Places for every sample of the batch of `x`, of shape `[1, ..]`. */
const repeated = (g: GraphBuilder, x: string, dims: number[], values: number[]) =>
  g.op('Expand', [
    places(g, dims, values),
    g.concat([g.slice(g.op('Shape', [x]), [0], [1], [0]), g.ints(dims.slice(1))], 0),
  ])
/** `[batch, n, 2]`: the sample, and a place of its first axis. */
function rows(g: GraphBuilder, x: string, values: number[]): string {
  const samples = g.op('Range', [g.int(0), g.gather(g.op('Shape', [x]), g.int(0), 0), g.int(1)])
  const own = repeated(g, x, [1, values.length, 1], values)
  return g.concat([g.op('Expand', [g.reshape(samples, [-1, 1, 1]), g.op('Shape', [own])]), own], 2)
}

const X = { dims: [1, 4, 3] }
const UPDATES = { dims: [1, 2, 3] }

const elements = (reduction: string | undefined, axis: number): GradientCase => ({
  op: 'ScatterElements',
  name: `reduction ${reduction ?? 'by default'}, axis ${axis}`,
  operands: [X, UPDATES],
  build: (g, [x, updates]) => {
    const last = axis === 2 || axis === -1
    const where = repeated(g, x!, [1, 2, 3], last ? [2, 0, 1, 1, 2, 0] : [3, 0, 1, 1, 2, -1])
    return g.op('ScatterElements', [x!, where, updates!], { axis, reduction })
  },
})

const nd = (reduction: string | undefined): GradientCase => ({
  op: 'ScatterND',
  name: `reduction ${reduction ?? 'by default'}`,
  operands: [X, UPDATES],
  build: (g, [x, updates]) =>
    g.op('ScatterND', [x!, rows(g, x!, reduction ? [2, 2] : [3, 1]), updates!], { reduction }),
})

export const scatterCases: GradientCase[] = [
  {
    op: 'GatherElements',
    name: 'an element twice',
    operands: [{ dims: [1, 3, 4] }],
    fixedBatch: true,
    build: (g, [x]) => g.op('GatherElements', [x!, places(g, [1, 2, 4], [1, 0, 1, 2, 1, 0, 2, -1])], { axis: 1 }),
  },
  {
    op: 'GatherElements',
    name: 'the same for every sample',
    operands: [X],
    build: (g, [x]) => g.op('GatherElements', [x!, repeated(g, x!, [1, 2, 3], [1, 0, 1, 1, 3, 0])], { axis: 1 }),
  },
  {
    op: 'GatherND',
    name: 'a row twice',
    operands: [X],
    build: (g, [x]) => g.op('GatherND', [x!, rows(g, x!, [1, 3, 1])]),
  },
  {
    op: 'GatherND',
    name: 'within each sample',
    operands: [X],
    build: (g, [x]) => g.op('GatherND', [x!, repeated(g, x!, [1, 3, 2], [1, 2, 0, 0, 1, 2])], { batch_dims: 1 }),
  },
  {
    op: 'GatherND',
    name: 'within each head of each sample',
    operands: [{ dims: [1, 2, 3, 2] }],
    build: (g, [x]) => g.op('GatherND', [x!, repeated(g, x!, [1, 2, 2, 1], [2, 0, 1, 1])], { batch_dims: 2 }),
  },
  elements(undefined, 1),
  elements('none', -1),
  elements('add', 1),
  nd(undefined),
  nd('add'),
  {
    op: 'ScatterND',
    name: 'into a constant',
    operands: [UPDATES],
    build: (g, [updates]) => {
      const zeros = g.op('Expand', [
        g.scalar(0),
        g.concat([g.slice(g.op('Shape', [updates!]), [0], [1], [0]), g.ints([4, 3])], 0),
      ])
      return g.op('ScatterND', [zeros, rows(g, updates!, [3, 1]), updates!])
    },
  },
  ...[true, false].map((largest): GradientCase => ({
    op: 'TopK',
    name: largest ? 'the largest' : 'the smallest, along tokens',
    operands: [{ dims: [1, 4, 3], values: (_, at) => ((at * 7) % 12) * 0.4 - 2 }],
    build: (g, [x]) => {
      const outputs = g.ops('TopK', [x!, g.ints([2])], 2, largest ? {} : { axis: 1, largest: 0 })
      return outputs[0]!
    },
  })),
]
