/** What is said of a chain of windows, stages and pooled keys: attentions that are added to nothing, and what goes around the last. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import type { Graph } from '../onnx/graph'
import { readModel } from '../onnx/read'
import { writeModel } from '../onnx/write'
import { quickRuntime as load } from '../testing/runtimes'
import { analyseModel } from './analyse'

const families = join(import.meta.dirname, 'fixtures/families')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-chain-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ROLLOUTS = expect.stringMatching(/^Maps are rollouts through windows, stages and pooled keys/)
const MIXED = expect.stringMatching(/^Heads are mixed after the softmax/)

async function notesOf(family: string, edit: (graph: Graph) => void = () => {}) {
  const graph = await readModel(join(families, family, 'model.onnx'))
  edit(graph)
  graph.sort()
  const file = join(folder, `${family}.onnx`)
  writeFileSync(file, writeModel(graph).bytes)
  const { report } = await analyseModel(file, load)
  expect(report).toMatchObject({ supported: true, reasons: [] })
  expect(report.noMaps).toBeUndefined()
  return report.notes
}

it.each([
  ['swin', [ROLLOUTS]],
  ['segformer', [ROLLOUTS]],
  ['hiera', [ROLLOUTS]],
  ['sam', [ROLLOUTS]],
  ['cait', [MIXED, ROLLOUTS]],
])('every attention of %s is added to its tokens, and nothing goes around the last', async (family, notes) => {
  expect(await notesOf(family)).toEqual(notes)
})

const node = (graph: Graph, name: string) => graph.nodes.find((each) => each.name === name)!

it.each([
  ['swin', '/layers/layers.0/blocks/blocks.1/Add', 1, '/layers/layers.0/blocks/blocks.1/attn/softmax/Softmax'],
  ['segformer', '/m/segformer/encoder/block.2.0/Add', 0, '/m/segformer/encoder/block.2.0/attention/self/Softmax'],
  ['cait', '/blocks_token_only.1/Add', 1, '/blocks_token_only.1/attn/Softmax'],
])('an attention of %s that is added to nothing is named', async (family, sum, branch, softmax) => {
  const notes = await notesOf(family, (graph) => {
    const { inputs, outputs } = node(graph, sum)
    graph.replaceUses(outputs[0]!, inputs[branch]!)
    graph.prune()
  })
  expect(notes).toContainEqual(
    `No residual connection was found around the attention of node '${softmax}'; rollout adds the identity there all the same.`,
  )
})

it('logits that are read from the stage before, too, go around the last attention', async () => {
  const notes = await notesOf('swin', (graph) => {
    const g = new GraphBuilder(graph, 'stage')
    const head = node(graph, '/head/fc/Gemm')
    const merged = '/layers/layers.1/downsample/reduction/MatMul_output_0'
    head.inputs[0] = g.add(head.inputs[0]!, g.reduce('ReduceMean', merged, [1, 2], false))
  })
  expect(notes).toContainEqual(
    expect.stringMatching(
      /reaches the logits around the attention of node '.*layers.1.*blocks.1.*Softmax', the last layer/,
    ),
  )
})
