/** Forms of the zoo's models that other tools make: optimised by ONNX Runtime, of open image size, of fixed batch. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ort } from '../compute/ort'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from '@shared/api/model'
import { onnxRuntime } from '../compute/onnx-runtime'
import { readModel } from '../onnx/read'
import { int64 } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { analyseModel, type AnalyseOptions } from './analyse'
import { reference, relativeError, zoo } from '../compute/testing/zoo'

const load = onnxRuntime()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'headlight-exports-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Head scores of a file against those that autograd gave for the zoo model it was made from. */
async function scoreError(file: string, name: string, options?: AnalyseOptions): Promise<number> {
  const model = await analyseModel(file, load, options)
  expect(model.report.reasons).toEqual([])
  const graph = model.compile({
    methods: [],
    settings: DEFAULT_METHOD_SETTINGS,
    scores: true,
    raw: false,
  })
  const loaded = await load(graph)
  const feeds = {
    [graph.imageInput]: { type: 'float32' as const, ...reference(name, 'pixel_values') },
    [graph.targetInput]: int64([2], [1, 7]),
  }
  const output = graph.outputs.headL1!
  const found = (await loaded.run(feeds, [output]))[output]!.data as Float32Array
  await loaded.release()
  return relativeError(found, reference(name, 'head_l1').data)
}

describe('optimised by ONNX Runtime', () => {
  it.each(['timm_vit_op17', 'hf_vit_op14', 'timm_vit_dynamo18', 'timm_vit_dynamo23', 'hf_dinov2'])(
    '%s',
    async (name) => {
      const file = path.join(folder, `${name}.onnx`)
      const session = await ort.InferenceSession.create(path.join(zoo, name, 'model.onnx'), {
        graphOptimizationLevel: 'extended',
        optimizedModelFilePath: file,
      })
      await session.release()
      const fused = (await readModel(file)).nodes.filter(({ domain }) => domain === 'com.microsoft')
      expect(fused.length).toBeGreaterThan(0)
      expect(await scoreError(file, name)).toBeLessThan(1e-4)
    },
  )
})

describe('open image size', () => {
  it.each(['timm_vit_reg4', 'hf_vit_op14', 'tv_vit_op17', 'hf_dinov2'])('%s', async (name) => {
    const graph = await readModel(path.join(zoo, name, 'model.onnx'))
    graph.inputs[0]!.dims = ['batch_size', 'num_channels', 'height', 'width']
    const file = path.join(folder, `${name}-open.onnx`)
    writeFileSync(file, writeModel(graph).bytes)
    expect(await scoreError(file, name, { imageSize: { height: 32, width: 32 } })).toBeLessThan(1e-4)
  })

  it('is read off the position embedding', async () => {
    const graph = await readModel(path.join(zoo, 'timm_vit_reg4', 'model.onnx'))
    graph.inputs[0]!.dims = ['batch_size', 'num_channels', 'height', 'width']
    const file = path.join(folder, 'guessed.onnx')
    writeFileSync(file, writeModel(graph).bytes)
    expect((await analyseModel(file, load)).report.input.shape).toEqual(['batch', 3, 32, 32])
  })
})
