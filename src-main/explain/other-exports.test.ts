/** Forms of the zoo's models that other tools make: optimised by ONNX Runtime, of open image size, of fixed batch. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { clearField, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, TensorProtoSchema, type ModelProto, type TypeProto_Tensor } from 'onnx-buf'
import { ort } from '../compute/ort'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from '@shared/api/model'
import { onnxRuntime } from '../compute/onnx-runtime'
import { readModel } from '../onnx/read'
import { decodeTensor } from '../onnx/proto-tensor'
import { int64 } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { analyseModel, type AnalyseOptions } from './analyse'
import { certify } from './certify'
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

describe('written in other words', () => {
  /** The bytes of a zoo model, changed as a message. */
  const changed = (name: string, change: (model: ModelProto) => void) => {
    const model = fromBinary(ModelProtoSchema, new Uint8Array(readFileSync(path.join(zoo, name, 'model.onnx'))))
    change(model)
    const file = path.join(folder, 'changed.onnx')
    writeFileSync(file, toBinary(ModelProtoSchema, model))
    return file
  }

  it('every Constant node with typed data', async () => {
    let typed = 0
    const file = changed('timm_vit_op17', ({ graph }) => {
      for (const { attribute } of graph!.node.filter(({ opType }) => opType === 'Constant')) {
        const t = attribute[0]!.t!
        const { type, data } = decodeTensor(t)
        if (type === 'int64') t.int64Data = Array.from(data as BigInt64Array)
        else if (type === 'float32') t.floatData = Array.from(data as Float32Array)
        else continue
        clearField(t, TensorProtoSchema.field.rawData)
        typed += 1
      }
    })
    expect(typed).toBeGreaterThan(10)
    expect(await scoreError(file, 'timm_vit_op17')).toBeLessThan(1e-4)
  })

  it('the batch as -1', async () => {
    const file = changed('timm_vit_op17', ({ graph }) => {
      for (const { type } of [...graph!.input, ...graph!.output]) {
        const { shape } = type!.value.value as TypeProto_Tensor
        shape!.dim[0]!.value = { case: 'dimValue', value: -1n }
      }
    })
    expect((await analyseModel(file, load)).report.dynamicBatch).toBe(true)
    expect(await scoreError(file, 'timm_vit_op17')).toBeLessThan(1e-4)
  })

  it('what reading changes fails the certificate: the file itself is what is compared with', async () => {
    const model = await analyseModel(path.join(zoo, 'timm_vit_op17', 'model.onnx'), load)
    const file = changed('timm_vit_op17', ({ graph }) => {
      const { name, dataType } = graph!.initializer.at(-1)!
      const weight = graph!.initializer.find((each) => each.name === name && each.dataType === dataType)!
      const half = new Float32Array(weight.rawData.slice().buffer).map((value) => value / 2)
      weight.rawData = new Uint8Array(half.buffer)
    })
    const original = { bytes: new Uint8Array(readFileSync(file)), dataFolder: null }
    expect(readFileSync(path.join(zoo, 'timm_vit_op17', 'model.onnx')).equals(model.original.bytes)).toBe(true)
    const { passed, failures } = await certify({ ...model, original }, load)
    expect({ passed, failures }).toMatchObject({ passed: false, failures: [expect.stringContaining('logits')] })
  })
})
