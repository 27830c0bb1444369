/** Weights that are not numbers are named before anything is computed: which, how many, and where. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { quickRuntime as load } from '../testing/runtimes'
import { GraphBuilder } from '../onnx/builder'
import { externalLocation } from '../onnx/external-data'
import type { Graph } from '../onnx/graph'
import { encodeTensor, isExternal } from '../onnx/proto-tensor'
import { readModel } from '../onnx/read'
import { float32, type Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { analyseModel } from './analyse'

const models = join(import.meta.dirname, '../../../../models')
const folder = mkdtempSync(join(os.tmpdir(), 'headlight-not-finite-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function reportOf(change: (graph: Graph) => void) {
  const graph = await readModel(join(models, 'zoo/timm_vit_op17/model.onnx'))
  change(graph)
  const file = join(folder, 'model.onnx')
  writeFileSync(file, writeModel(graph).bytes)
  return (await analyseModel(file, load)).report
}

/** Sets values of a constant by their place in memory. */
const poke = (name: string, values: Record<number, number>, as?: (tensor: Tensor) => Tensor) => (graph: Graph) => {
  const { dims, data } = graph.constant(name)!
  const changed = Float32Array.from(data as Float32Array)
  for (const [at, value] of Object.entries(values)) changed[Number(at)] = value
  const tensor = float32(dims, changed)
  graph.initializers.set(name, encodeTensor(name, as ? as(tensor) : tensor))
}

it.each<[string, (graph: Graph) => void, RegExp]>([
  [
    'NaN in the patch embedding',
    poke('patch_embed.proj.weight', { 65: NaN, 70: NaN }),
    /output 'logits' is not a finite number.*'patch_embed\.proj\.weight' holds 2 NaN of 9,216 values, the first at \[0, 1, 0, 1\]/,
  ],
  ['an infinite bias of one class', poke('head.bias', { 3: Infinity }), /'head\.bias' holds 1 infinite of 10 .*\[3\]/],
  [
    'both, in doubles that are cast',
    (graph) => {
      poke('head.bias', { 3: -Infinity, 4: NaN })(graph)
      const { dims, data } = graph.constant('head.bias')!
      const wide = Float64Array.from(data as Float32Array)
      graph.initializers.set('wide', encodeTensor('wide', { type: 'float64', dims, data: wide }))
      graph.initializers.delete('head.bias')
      graph.nodes.unshift(...castOf(graph, 'wide', 'head.bias'))
    },
    /'wide' holds 1 NaN and 1 infinite of 10 values, the first at \[3\]/,
  ],
])('%s is the reason', async (_, change, words) => {
  const report = await reportOf(change)
  expect(report.supported).toBe(false)
  expect(report.reasons).toEqual([expect.stringMatching(words)])
})

function castOf(graph: Graph, from: string, to: string) {
  const nodes: Graph['nodes'] = []
  new GraphBuilder(graph, 'wide', (node) => nodes.push(node)).op('Cast', [from], { to: 1 }, [to])
  return nodes
}

it('weights that no logit suffers from are a note', async () => {
  const report = await reportOf((graph) => {
    const g = new GraphBuilder(graph, 'late')
    const table = g.constant(
      float32(
        [12],
        Array.from({ length: 12 }, (_, at) => (at === 11 ? NaN : 0.1)),
      ),
    )
    const row = g.slice(table, [0], [10], [0])
    g.op('Mul', [graph.outputs[0]!.name, row], {}, ['scaled'])
    graph.outputs = [{ ...graph.outputs[0]!, name: 'scaled' }]
  })
  expect(report).toMatchObject({ supported: true, notes: [expect.stringMatching(/holds 1 NaN of 12 values.*\[11\]/)] })
})

it('infinities of a mask are meant so', async () => {
  const report = await reportOf((graph) => {
    const softmax = graph.nodes.find(({ op }) => op === 'Softmax')!
    const g = new GraphBuilder(graph, 'mask', (node) => graph.nodes.splice(graph.nodes.indexOf(softmax), 0, node))
    // The last token is seen by none.
    const mask = g.constant(
      float32(
        [17],
        Array.from({ length: 17 }, (_, at) => (at === 16 ? -Infinity : 0)),
      ),
    )
    softmax.inputs[0] = g.add(softmax.inputs[0]!, mask)
  })
  expect(report.notes).toEqual([])
})

it('external data is looked through as well', async () => {
  for (const name of ['vit_external.onnx', 'vit_external.data']) cpSync(join(models, 'edge', name), join(folder, name))
  const file = join(folder, 'vit_external.onnx')
  const graph = await readModel(file)
  const [name, tensor] = [...graph.initializers].find(
    ([, { dims, ...proto }]) => isExternal({ dims, ...proto }) && dims.length === 2,
  )!
  const { location, offset } = externalLocation(tensor)
  const data = await open(join(folder, location), 'r+')
  await data.write(new Uint8Array(Float32Array.of(Infinity).buffer), 0, 4, offset + 4)
  await data.close()
  const { report } = await analyseModel(file, load)
  expect(report.reasons.join()).toContain(`'${name}' holds 1 infinite of`)
})

it('a model that overflows is refused as that', async () => {
  const report = await reportOf((graph) => {
    const g = new GraphBuilder(graph, 'late')
    g.op('Exp', [g.scale(graph.outputs[0]!.name, 1e6)], {}, ['powers'])
    graph.outputs = [{ ...graph.outputs[0]!, name: 'powers' }]
  })
  expect(report.reasons).toEqual([expect.stringMatching(/'powers' are not finite numbers.*overflows/)])
})

const zerosAndOnes = (g: GraphBuilder) =>
  g.constant(
    float32(
      [17],
      Array.from({ length: 17 }, (_, at) => Number(at === 16)),
    ),
  )

it.each<[string, (g: GraphBuilder, scores: string) => string]>([
  // 0 x -inf is NaN.
  ['a mask that is multiplied by infinity', (g, scores) => g.add(scores, g.mul(zerosAndOnes(g), g.scalar(-Infinity)))],
  [
    'rows that are masked as a whole',
    (g, scores) => g.add(scores, g.constant(float32([17], Array<number>(17).fill(-Infinity)))),
  ],
])('%s is blamed on no weight', async (_, masked) => {
  const report = await reportOf((graph) => {
    const softmax = graph.nodes.find(({ op }) => op === 'Softmax')!
    const g = new GraphBuilder(graph, 'mask', (node) => graph.nodes.splice(graph.nodes.indexOf(softmax), 0, node))
    softmax.inputs[0] = masked(g, softmax.inputs[0]!)
  })
  expect(report.reasons).toEqual([expect.stringMatching(/no weight of the model is to blame.*torch\.finfo/)])
})
