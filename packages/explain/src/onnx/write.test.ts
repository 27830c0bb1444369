import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { GraphBuilder } from './builder'
import { Graph } from './graph'
import { GraphNode } from './node'
import { readModel } from './read'
import { float32 } from './tensor'
import { writeModel } from './write'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-write-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('names appended nodes apart from those of the exporter', async () => {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'x', type: 'float32', dims: [1] }]
  // PyTorch's older exporter counts nodes like this; so did Headlight's names for its own once.
  graph.nodes.push(new GraphNode('Neg', ['x'], ['a'], [], '', 'Neg_1'))
  const g = new GraphBuilder(graph, 'test')
  g.op('Identity', [g.neg('a')], {}, ['y'])
  graph.outputs = [{ name: 'y', type: 'float32', dims: [1] }]
  const loaded = await onnxRuntime()(writeModel(graph))
  expect(Array.from((await loaded.run({ x: float32([1], [3]) }, ['y'])).y!.data as Float32Array)).toEqual([3])
  await loaded.release()
})

it('reads its own files and goes on naming where they ended', async () => {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'x', type: 'float32', dims: [1] }]
  const last = new GraphBuilder(graph, 'test').neg('x')
  graph.outputs = [{ name: last, type: 'float32', dims: [1] }]
  const file = join(folder, 'own.onnx')
  writeFileSync(file, writeModel(graph).bytes)
  const again = await readModel(file)
  expect(again.fresh('test/Neg')).not.toBe(last)
})
