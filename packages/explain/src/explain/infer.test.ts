import { expect, test } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import { Graph } from '../onnx/graph'
import { writeModel } from '../onnx/write'
import { onnxRuntime } from '../testing/runtimes'
import type { ExplainGraph } from './api'
import { infer } from './infer'

const INT64 = 7
const FLOAT = 1

/** logits = pixels, beside a temporary of 16^(3 B) values: 67 MB for two samples, 275 GB for three and more. */
function hungryGraph(): ExplainGraph {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [
    { name: 'pixels', type: 'float32', dims: ['batch', 2] },
    { name: 'target', type: 'int64', dims: ['batch'] },
  ]
  const g = new GraphBuilder(graph, 'hungry')
  const batch = g.op('Min', [g.cast(g.gather(g.op('Shape', ['pixels']), g.ints([0]), 0), FLOAT), g.scalar(3)])
  const count = g.cast(g.add(g.op('Exp', [g.scale(batch, 3 * Math.log(16))]), g.scalar(0.5)), INT64)
  const nothing = g.sum(g.op('ConstantOfShape', [count]), [0], false)
  g.op('Add', ['pixels', nothing], {}, ['logits'])
  g.op('Identity', ['target'], {}, ['explained'])
  graph.outputs = [
    { name: 'logits', type: 'float32', dims: ['batch', 2] },
    { name: 'explained', type: 'int64', dims: ['batch'] },
  ]
  const outputs = { logits: 'logits', target: 'explained', maps: {} }
  return { ...writeModel(graph), imageInput: 'pixels', targetInput: 'target', outputs, dynamicBatch: true }
}

test('a batch that does not fit into memory is halved until it does', async () => {
  const graph = hungryGraph()
  const loaded = await onnxRuntime()(graph)
  const input = {
    pixels: Float32Array.from({ length: 14 }, (_, index) => index),
    image: [2],
    targets: [0, 1, 2, 3, 4, 5, 6],
  }
  const { tensors, batch } = await infer(loaded, graph, input, ['logits', 'explained'], 7)
  await loaded.release()
  expect(batch).toBe(2)
  expect(tensors.get('logits')).toEqual({ type: 'float32', dims: [7, 2], data: input.pixels })
  expect(tensors.get('explained')?.data).toEqual(BigInt64Array.from([0n, 1n, 2n, 3n, 4n, 5n, 6n]))
})
