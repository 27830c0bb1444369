import { create } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
  type NodeProto,
} from 'onnx-buf'
import { describe, expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { GraphBuilder } from './builder'
import { Graph } from './graph'
import { GraphNode } from './node'
import { encodeTensor } from './proto-tensor'
import { resolveConditionals } from './resolve-conditionals'
import { float32 } from './tensor'
import { writeModel } from './write'

const load = onnxRuntime()

const inner = (opType: string, input: string[], output: string, attribute: NodeProto['attribute'] = []) =>
  create(NodeProtoSchema, { opType, input, output: [output], attribute })

const body = (output: string, node: NodeProto[]) =>
  create(GraphProtoSchema, {
    name: output,
    node,
    output: [create(ValueInfoProtoSchema, { name: output })],
    initializer: [encodeTensor(`${output}/factor`, float32([], [10]))],
  })

const branches = (then: ReturnType<typeof body>, otherwise: ReturnType<typeof body>) =>
  [['then_branch', then] as const, ['else_branch', otherwise] as const].map(([name, g]) =>
    create(AttributeProtoSchema, { name, type: Kind.GRAPH, g }),
  )

/** Gives 10 (x + 1) where `ask` says so of x `[batch, 1, 2, 2]`, else x + 1; the branch that multiplies stands in another If. */
function conditional(ask: (g: GraphBuilder) => string): Graph {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'x', type: 'float32', dims: ['batch', 1, 2, 2] }]
  const g = new GraphBuilder(graph, 'test')
  graph.nodes.push(new GraphNode('Add', ['x', g.scalar(1)], ['outside']))
  const condition = ask(g)
  const deepest = branches(
    body('a', [inner('Mul', ['outside', 'a/factor'], 'a')]),
    body('b', [inner('Neg', ['outside'], 'b')]),
  )
  const taken = branches(
    body('c', [inner('If', [condition], 'c', deepest)]),
    body('d', [inner('Identity', ['outside'], 'd')]),
  )
  graph.nodes.push(new GraphNode('If', [condition], ['y'], taken))
  graph.outputs = [{ name: 'y', type: 'float32', dims: ['batch', 1, 2, 2] }]
  return graph
}

const less = (g: GraphBuilder, value: string, than: number) => g.op('Less', [value, g.constant(float32([], [than]))])
const axes = (g: GraphBuilder) => g.cast(g.op('Size', [g.op('Shape', ['x'])]), 1)
const images = {
  shapes: [
    [1, 3, 3],
    [1, 2, 2],
  ],
  image: (batch: number, shape: readonly number[]) =>
    float32(
      [batch, ...shape],
      Array.from({ length: batch * shape.reduce((a, b) => a * b) }, (_, at) => at),
    ),
}

describe('resolveConditionals', () => {
  it.each([
    [5, true],
    [4, false],
  ])(
    'takes the branch that the number of axes says, inside another branch too (fewer than %d: %s)',
    async (than, taken) => {
      const graph = conditional((g) => less(g, axes(g), than))
      const feeds = { x: images.image(2, [1, 2, 2]) }
      const before = await (await load(writeModel(graph))).run(feeds, ['y'])
      await resolveConditionals(graph, images, load)
      expect(graph.nodes.map(({ op }) => op)).not.toContain('If')
      graph.prune()
      expect(graph.nodes.some(({ op }) => op === 'Mul')).toBe(taken)
      const after = await (await load(writeModel(graph))).run(feeds, ['y'])
      expect(after.y).toEqual(before.y)
    },
  )

  it('refuses a branch that the pixels choose', async () => {
    const graph = conditional((g) => less(g, g.op('ReduceMax', ['x'], { keepdims: 0 }), 1))
    await expect(resolveConditionals(graph, images, load)).rejects.toThrow(/by the pixels/)
  })

  it('refuses a branch that the number of pictures chooses', async () => {
    const graph = conditional((g) => less(g, g.cast(g.op('Size', ['x']), 1), 5))
    await expect(resolveConditionals(graph, images, load)).rejects.toThrow(/one picture and the other for two/)
  })

  it('keeps what a branch alone reads when nothing else needs it', () => {
    const graph = conditional((g) => less(g, axes(g), 5))
    graph.prune()
    expect(graph.nodes.map(({ op }) => op)).toContain('Add')
  })
})
