/** Layers in training mode and random numbers are refused by name; Dropout as inference runs it is explained. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { zoo } from '../testing/zoo'
import { GraphBuilder } from '../onnx/builder'
import type { Graph } from '../onnx/graph'
import { readModel } from '../onnx/read'
import { writeModel } from '../onnx/write'
import { analyseModel } from './analyse'
import { certify } from './certify'

const load = onnxRuntime()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-random-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The zoo's ViT with something put behind each softmax, analysed. */
async function withBehindSoftmax(behind: (g: GraphBuilder, value: string) => string) {
  const graph = await readModel(join(zoo, 'timm_vit_op17', 'model.onnx'))
  const nodes: Graph['nodes'] = []
  const g = new GraphBuilder(graph, 'behind', (node) => nodes.push(node))
  const renamed = new Map<string, string>()
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((input) => renamed.get(input) ?? input)
    nodes.push(node)
    if (node.op === 'Softmax') renamed.set(node.outputs[0]!, behind(g, node.outputs[0]!))
  }
  graph.nodes = nodes
  const file = join(folder, 'model.onnx')
  writeFileSync(file, writeModel(graph).bytes)
  return analyseModel(file, load)
}

const flag = (g: GraphBuilder, value: boolean) =>
  g.constant({ type: 'bool', dims: [], data: Uint8Array.of(value ? 1 : 0) })
const dropout = (ratio: number, training?: boolean) => (g: GraphBuilder, value: string) =>
  g.op('Dropout', [value, g.scalar(ratio), ...(training === undefined ? [] : [flag(g, training)])])

it.each<[string, RegExp, (g: GraphBuilder, value: string) => string]>([
  ['Dropout in training mode', /Dropout .* is in training mode; call model.eval\(\)/, dropout(0.1, true)],
  [
    'Dropout whose mode the picture decides',
    /Dropout .* is in training mode/,
    (g, value) => {
      const mode = g.op('Greater', [g.reduce('ReduceMax', value, [0, 1, 2, 3], false), g.scalar(0.5)])
      return g.op('Dropout', [value, g.scalar(0.1), mode])
    },
  ],
  [
    'noise',
    /RandomUniformLike .* draws random numbers/,
    (g, value) => g.add(value, g.scale(g.op('RandomUniformLike', [value]), 1e-9)),
  ],
  [
    'BatchNormalization in training mode',
    /BatchNormalization .* is in training mode; call model.eval\(\)/,
    (g, value) => {
      const ones = g.constant(g.floats([4], [1, 1, 1, 1]))
      return g.ops('BatchNormalization', [value, ones, ones, ones, ones], 3, { training_mode: 1 })[0]!
    },
  ],
])('%s is refused', async (_, words, behind) => {
  const { report } = await withBehindSoftmax(behind)
  expect(report.supported).toBe(false)
  expect(report.reasons[0]).toMatch(words)
})

it.each<[string, ReturnType<typeof dropout>]>([
  ['as inference runs it', dropout(0.1)],
  ['switched off', dropout(0.1, false)],
  ['in training mode that drops nothing', dropout(0, true)],
])('Dropout %s is certified', async (_, behind) => {
  const model = await withBehindSoftmax(behind)
  expect(model.report.reasons).toEqual([])
  expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
})

it('weight standardisation, a BatchNormalization of weights in training mode, is certified', async () => {
  const model = await withBehindSoftmax((g, value) => {
    const ones = g.constant(g.floats([4], [1, 1, 1, 1]))
    const weights = g.constant(g.floats([1, 4, 2, 2], [1, 2, 3, 4, 5, 7, 8, 9, 1, 0, 0, 1, 3, 3, 2, 1]))
    const [even] = g.ops('BatchNormalization', [weights, ones, ones, ones, ones], 3, { training_mode: 1 })
    return g.mul(value, g.slice(even!, [0, 0], [1, 1], [2, 3]))
  })
  expect(model.report.reasons).toEqual([])
  expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
})
