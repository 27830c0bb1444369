import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { raiseLayerNormalizations } from '../autodiff/composites'
import { analyseModel } from '../explain/analyse'
import { normals, seeded } from '../explain/random'
import { selectEarly } from './select-early'
import { elementCount, float32 } from './tensor'
import { writeModel } from './write'

const load = onnxRuntime()

it.each([
  // The class token alone leaves the last layer; its mean-pooling sibling needs every token.
  { name: 'timm_vit_op17', tokens: 1 },
  // Layer normalisations of opset 14 are written out.
  { name: 'timm_vit_op14', tokens: 1 },
  { name: 'hf_vit_dynamo18', tokens: 1 },
  { name: 'tv_vit_op17', tokens: 1 },
  { name: 'timm_vit_gap', tokens: 16 },
])('$name: $tokens tokens go through the last MLP, and the logits stay', async ({ name, tokens }) => {
  const { anatomy } = await analyseModel(resolve('models/zoo', name, 'model.onnx'), load)
  const graph = anatomy!.graph.clone()
  graph.outputs = [{ name: anatomy!.logits.value, type: 'unknown', dims: [] }]
  raiseLayerNormalizations(graph, anatomy!.facts)
  const facts = selectEarly(graph, anatomy!.facts)
  const lastErf = graph.nodes.filter(({ op }) => op === 'Erf').at(-1)!
  expect(elementCount(facts.get(lastErf.outputs[0]!)!.dims) % (tokens * 4)).toBe(0)
  expect(facts.get(lastErf.outputs[0]!)!.dims).toContain(tokens)

  const dims = [2, ...(graph.inputs[0]!.dims.slice(1) as number[])]
  const feeds = { [graph.inputs[0]!.name]: float32(dims, normals(elementCount(dims), seeded(3))) }
  const logitsOf = async (each: typeof graph) => {
    const loaded = await load(writeModel(each))
    const found = (await loaded.run(feeds, [anatomy!.logits.value]))[anatomy!.logits.value]!.data as Float32Array
    await loaded.release()
    return found
  }
  const [before, after] = [await logitsOf(anatomy!.graph), await logitsOf(graph)]
  before.forEach((value, at) => expect(after[at]).toBeCloseTo(value, 4))
})
