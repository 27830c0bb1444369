/** Forms of the zoo's models that other tools make: optimised by ONNX Runtime, of open image size, of fixed batch. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearField, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, TensorProtoSchema, type ModelProto, type TypeProto_Tensor } from 'onnx-buf'
import { ort } from '../runtime/ort'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { onnxRuntime } from '../testing/runtimes'
import { GraphBuilder } from '../onnx/builder'
import { attributes, GraphNode } from '../onnx/node'
import { readModel } from '../onnx/read'
import { decodeTensor } from '../onnx/proto-tensor'
import { int64 } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { analyseModel } from './analyse'
import type { AnalyseOptions } from './analyse-options'
import { certify } from './certify'
import { noise } from './random'
import { reference, relativeError, zoo } from '../testing/zoo'

const load = onnxRuntime()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-exports-'))
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
      const file = join(folder, `${name}.onnx`)
      const session = await ort.InferenceSession.create(join(zoo, name, 'model.onnx'), {
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
    const graph = await readModel(join(zoo, name, 'model.onnx'))
    graph.inputs[0]!.dims = ['batch_size', 'num_channels', 'height', 'width']
    const file = join(folder, `${name}-open.onnx`)
    writeFileSync(file, writeModel(graph).bytes)
    expect(await scoreError(file, name, { imageSize: { height: 32, width: 32 } })).toBeLessThan(1e-4)
  })

  it('is read off the position embedding', async () => {
    const graph = await readModel(join(zoo, 'timm_vit_reg4', 'model.onnx'))
    graph.inputs[0]!.dims = ['batch_size', 'num_channels', 'height', 'width']
    const file = join(folder, 'guessed.onnx')
    writeFileSync(file, writeModel(graph).bytes)
    expect((await analyseModel(file, load)).report.input.shape).toEqual(['batch', 3, 32, 32])
  })
})

describe('written in other words', () => {
  /** The bytes of a zoo model, changed as a message. */
  const changed = (name: string, change: (model: ModelProto) => void) => {
    const model = fromBinary(ModelProtoSchema, new Uint8Array(readFileSync(join(zoo, name, 'model.onnx'))))
    change(model)
    const file = join(folder, 'changed.onnx')
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
        typed++
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
    const model = await analyseModel(join(zoo, 'timm_vit_op17', 'model.onnx'), load)
    const file = changed('timm_vit_op17', ({ graph }) => {
      const { name, dataType } = graph!.initializer.at(-1)!
      const weight = graph!.initializer.find((each) => each.name === name && each.dataType === dataType)!
      const half = new Float32Array(weight.rawData.slice().buffer).map((value) => value / 2)
      weight.rawData = new Uint8Array(half.buffer)
    })
    const original = { bytes: new Uint8Array(readFileSync(file)), dataFolder: null }
    expect(readFileSync(join(zoo, 'timm_vit_op17', 'model.onnx')).equals(model.original.bytes)).toBe(true)
    const { passed, failures } = await certify({ ...model, original }, load)
    expect({ passed, failures }).toMatchObject({ passed: false, failures: [expect.stringContaining('logits')] })
  })
})

describe('for one image at a time', () => {
  // nn.MultiheadAttention, torch.onnx.export without dynamic axes: fixtures/fixed-batch.py.
  it('nn.MultiheadAttention has its batch freed, on the second axis or not', async () => {
    const file = join(import.meta.dirname, 'fixtures/mha_fixed_batch.onnx')
    const model = await analyseModel(file, load)
    expect(model.report).toMatchObject({ supported: true, dynamicBatch: true, layers: 2, heads: 2, tokens: 17 })
    expect(model.report.batchReason).toBeUndefined()
    expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
    const alone = await load(model.original)
    const graph = model.compile({ methods: ['gmar_l1'], settings: DEFAULT_METHOD_SETTINGS, scores: true, raw: false })
    const together = await load(graph)
    const pictures = noise([3, 3, 32, 32], 4)
    const feeds = { [graph.imageInput]: pictures, [graph.targetInput]: int64([3], [1, 2, 3]) }
    const found = (await together.run(feeds, [graph.outputs.logits]))[graph.outputs.logits]!
    for (let at = 0; at < 3; at++) {
      const size = pictures.data.length / 3
      const picture = (pictures.data as Float32Array).slice(at * size, (at + 1) * size)
      const { logits } = await alone.run({ pixel_values: { type: 'float32', dims: [1, 3, 32, 32], data: picture } }, [
        'logits',
      ])
      const own = (found.data as Float32Array).subarray(at * 10, (at + 1) * 10)
      expect(relativeError(own, logits!.data as Float32Array)).toBeLessThan(1e-5)
    }
    await alone.release()
    await together.release()
  })
})

describe('channels-last', () => {
  it('is turned, with the numbers of the channels-first model', async () => {
    const graph = await readModel(join(zoo, 'timm_vit_op17', 'model.onnx'))
    const [input] = graph.inputs
    graph.replaceUses(input!.name, 'nchw')
    graph.nodes.unshift(new GraphNode('Transpose', [input!.name], ['nchw'], attributes({ perm: [0, 3, 1, 2] })))
    for (const dims of [
      ['batch', 32, 32, 3],
      ['batch', 'height', 'width', 3],
    ]) {
      input!.dims = dims
      const file = join(folder, 'nhwc.onnx')
      writeFileSync(file, writeModel(graph).bytes)
      const model = await analyseModel(file, load)
      expect(model.report).toMatchObject({
        supported: true,
        input: { name: 'pixel_values', shape: ['batch', 3, 32, 32] },
        notes: [expect.stringMatching(/channels-last/)],
      })
      expect(await scoreError(file, 'timm_vit_op17')).toBeLessThan(1e-4)
      // The file itself gets its pictures turned.
      expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
    }
  })
})

it('two networks whose logits are averaged are two towers, each with its own scores', async () => {
  const graph = await readModel(join(zoo, 'timm_vit_op17', 'model.onnx'))
  const other = graph.clone()
  const own = (name: string) => (name === '' || name === other.inputs[0]!.name ? name : `b/${name}`)
  for (const node of other.nodes) {
    graph.nodes.push(
      new GraphNode(
        node.op,
        node.inputs.map(own),
        node.outputs.map(own),
        node.attributes,
        node.domain,
        `b/${node.name}`,
      ),
    )
  }
  for (const [name, tensor] of other.initializers) graph.initializers.set(own(name), { ...tensor, name: own(name) })
  const [output] = graph.outputs
  const g = new GraphBuilder(graph, 'mean')
  const half = g.scale(g.add(output!.name, own(output!.name)), 0.5)
  g.op('Identity', [half], {}, ['mean_logits'])
  graph.outputs = [{ ...output!, name: 'mean_logits' }]
  const file = join(folder, 'ensemble.onnx')
  writeFileSync(file, writeModel(graph).bytes)
  const { report } = await analyseModel(file, load)
  expect(report.reasons).toEqual([expect.stringMatching(/2 separate towers.*'blocks' \(3 layers.*'b' \(3 layers/)])
  for (const tower of ['blocks', 'b']) {
    const model = await analyseModel(file, load, { tower })
    expect(model.report).toMatchObject({ supported: true, layers: 3, heads: 4, tower })
    const graph = model.compile({ methods: [], settings: DEFAULT_METHOD_SETTINGS, scores: true, raw: false })
    const loaded = await load(graph)
    const feeds = {
      [graph.imageInput]: { type: 'float32' as const, ...reference('timm_vit_op17', 'pixel_values') },
      [graph.targetInput]: int64([2], [1, 7]),
    }
    const scores = (await loaded.run(feeds, [graph.outputs.headL1!]))[graph.outputs.headL1!]!.data as Float32Array
    await loaded.release()
    // Both networks are the same, and each has half a say.
    const twice = scores.map((score) => 2 * score)
    expect(relativeError(twice, reference('timm_vit_op17', 'head_l1').data)).toBeLessThan(1e-4)
  }
})
