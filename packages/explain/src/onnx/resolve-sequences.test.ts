import { describe, expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { GraphBuilder } from './builder'
import { Graph } from './graph'
import { resolveSequences } from './resolve-sequences'
import { float32 } from './tensor'
import { writeModel } from './write'

const load = onnxRuntime()

/** x `[3, 2]` unbound along its first axis, its rows 2 and 0 stacked along a new last axis. */
function unboundAndStacked(): Graph {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'x', type: 'float32', dims: [3, 2] }]
  const g = new GraphBuilder(graph, 'test')
  const rows = g.op('SplitToSequence', ['x'], { axis: 0, keepdims: 0 })
  const [last, first] = [2, 0].map((row) => g.op('SequenceAt', [rows, g.int(row)]))
  const pair = g.op('SequenceConstruct', [last!, first!])
  g.op('ConcatFromSequence', [pair], { axis: 1, new_axis: 1 }, ['y'])
  graph.outputs = [{ name: 'y', type: 'float32', dims: [2, 2] }]
  return graph
}

describe('resolveSequences', () => {
  it('gives what the sequences gave', async () => {
    const feeds = { x: float32([3, 2], [1, 2, 3, 4, 5, 6]) }
    const before = await (await load(writeModel(unboundAndStacked()))).run(feeds, ['y'])
    const graph = unboundAndStacked()
    resolveSequences(graph)
    expect(graph.nodes.some(({ op }) => op.includes('Sequence'))).toBe(false)
    const after = await (await load(writeModel(graph))).run(feeds, ['y'])
    expect(after.y).toEqual(before.y)
    expect(Array.from(after.y!.data as Float32Array)).toEqual([5, 1, 6, 2])
  })
})
