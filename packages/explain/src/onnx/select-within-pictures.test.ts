import { expect, it } from 'vitest'
import { normals, seeded } from '../explain/random'
import { onnxRuntime } from '../testing/runtimes'
import { GraphBuilder } from './builder'
import { Graph } from './graph'
import { GraphNode } from './node'
import { selectWithinPictures } from './select-within-pictures'
import { float32, int64 } from './tensor'
import { traceGraph } from './trace'
import { writeModel } from './write'

const load = onnxRuntime()
const image = (batch: number) => float32([batch, 1, 2, 3], normals(batch * 6, seeded(5)))

/** x `[batch, 1, 2, 3]` flattened over all pictures, and `places` of it: of picture b, places[i] + b * step. */
function strided(places: number[], step: number): Graph {
  const graph = new Graph()
  graph.opsets.set('', 18)
  graph.inputs = [{ name: 'x', type: 'float32', dims: ['batch', 1, 2, 3] }]
  const g = new GraphBuilder(graph, 'test')
  const flat = g.reshape('x', [-1])
  const batch = g.squeeze(g.op('Shape', ['x'], { start: 0, end: 1 }), [0])
  const offsets = g.op('Mul', [g.op('Range', [g.int(0), batch, g.int(1)]), g.int(step)])
  const index = g.add(g.unsqueeze(offsets, [1]), g.constant(int64([1, places.length], places)))
  graph.nodes.push(new GraphNode('Gather', [flat, index], ['picked']))
  graph.outputs = [{ name: 'picked', type: 'float32', dims: [] }]
  return graph
}

async function answer(graph: Graph): Promise<number[]> {
  const loaded = await load(writeModel(graph))
  try {
    return Array.from((await loaded.run({ x: image(3) }, ['picked']))['picked']!.data as Float32Array)
  } finally {
    await loaded.release()
  }
}

it.each([
  { what: 'every place in order', places: [0, 1, 2, 3, 4, 5], gathers: 0 },
  { what: 'some places, one twice', places: [5, 1, 1], gathers: 1 },
])('$what of every picture: selected within pictures, with the same answer', async ({ places, gathers }) => {
  const graph = strided(places, 6)
  const before = await answer(graph)
  const { facts } = await traceGraph(graph, image, load)
  expect(await selectWithinPictures(graph, facts, image, load)).toBe(true)
  expect(await answer(graph)).toEqual(before)
  const left = graph.nodes.filter(({ op }) => op === 'Gather')
  expect(left).toHaveLength(gathers)
  const again = await traceGraph(graph, image, load)
  for (const node of left) expect(node.intAttr('axis', 0)).not.toBe(again.facts.get(node.inputs[0]!)!.batchAxis)
})

it('leaves a selection that gives one picture the places of another as it is', async () => {
  const graph = strided([0, 1, 2], 3)
  const { facts } = await traceGraph(graph, image, load)
  expect(await selectWithinPictures(graph, facts, image, load)).toBe(false)
  expect(graph.nodes.filter(({ op }) => op === 'Gather')).toHaveLength(1)
})
