/** Facts of a graph that is traced in segments are those of the graph as a whole. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { zoo } from '../testing/zoo'
import { segmentsOf } from './graph-segments'
import { readModel } from './read'
import { traceGraph } from './trace'
import type { GraphFile } from './run-graph'

const families = join(import.meta.dirname, '../explain/fixtures/families')

it.each([
  join(families, 'swin/model.onnx'),
  join(families, 'segformer/model.onnx'),
  join(zoo, 'timm_vit_op17/model.onnx'),
])('every value of %s that a segment reads was given before it', async (file) => {
  const graph = await readModel(file)
  for (const most of [1, 7, 100, 100_000]) {
    const segments = segmentsOf(graph, most)
    expect(segments.flatMap(({ nodes }) => nodes)).toEqual(graph.nodes)
    const given = new Set(graph.inputs.map(({ name }) => name))
    for (const { nodes, reads, gives, done } of segments) {
      expect(nodes.length).toBeLessThanOrEqual(most)
      expect(reads.filter((name) => !given.has(name))).toEqual([])
      for (const name of done) given.delete(name)
      for (const name of gives) given.add(name)
    }
    expect(segments.at(-1)!.gives).toEqual([])
  }
})

it('a graph is cut where few values cross', async () => {
  const graph = await readModel(join(zoo, 'timm_vit_op17/model.onnx'))
  const [first, ...others] = segmentsOf(graph, 40)
  expect(others.length).toBeGreaterThan(1)
  // The stream of tokens, and sizes that later reshapes read.
  for (const { reads } of others) expect(reads.length).toBeLessThan(6)
  expect(first!.reads).toEqual([graph.inputs[0]!.name])
})

it('facts do not depend on where a graph is cut', async () => {
  const graph = await readModel(join(families, 'swin/model.onnx'))
  const { image, load, loads } = watched(graph.inputs[0]!.dims.slice(1) as number[])
  graph.inputs[0]!.dims[0] = 'batch'
  const cut = await traceGraph(graph, image, load)
  expect(loads.length).toBeGreaterThan(1)
  const whole = await traceGraph(graph, image, load, Infinity)
  expect(whole.dynamicBatch).toBe(true)
  expect(cut).toEqual(whole)
})

function watched(shape: number[]) {
  const loads: GraphFile[] = []
  const run = onnxRuntime()
  const load: typeof run = (file) => {
    loads.push(file)
    return run(file)
  }
  const image = (batch: number) => {
    const dims = [batch, ...shape]
    const size = dims.reduce((product, dim) => product * dim, 1)
    return { type: 'float32' as const, dims, data: Float32Array.from({ length: size }, (_, at) => Math.sin(at)) }
  }
  return { image, load, loads }
}
