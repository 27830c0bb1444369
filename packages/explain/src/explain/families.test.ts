/**
 * Models whose layers are not a plain chain of softmaxes, against autograd: parallel blocks, differential and re-attention,
 * two passes over one picture, a text tower with fixed prompts. Maps are held against METHODS in plain numbers.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { METHOD_IDS } from './method-catalogue'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { GraphBuilder } from '../onnx/builder'
import { readModel } from '../onnx/read'
import { int64 } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { analyseModel } from './analyse'
import type { AnalyseOptions } from './analyse-options'
import type { AnalysedModel } from './api'
import { certify } from './certify'
import { openExplainer } from './explainer'
import { sampleMap } from './sample-maps'
import { matrices, relevance } from './testing/dense-methods'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/families')
const array = (family: string, name: string) => {
  const file = join(folder, family, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}
const analyse = (family: string, options?: AnalyseOptions) =>
  analyseModel(join(folder, family, 'model.onnx'), load, options)

/** What autograd says, `[B, L, H, N, N]` each. */
interface Reference {
  dims: [batch: number, layers: number, heads: number, tokens: number]
  attention: Float32Array
  gradient: Float32Array
}

const TARGETS = [1, 9, 0]

/** The explain graph's numbers, their differences from the reference, and every method's map from METHODS in plain numbers. */
async function expectRight(
  model: AnalysedModel,
  family: string,
  { dims, attention, gradient }: Reference,
): Promise<void> {
  expect(model.report.reasons).toEqual([])
  const [batch, layers, heads, tokens] = dims
  expect(model.report).toMatchObject({ layers, heads, tokens })
  const graph = model.compile({ methods: METHOD_IDS, settings: DEFAULT_METHOD_SETTINGS, scores: true, raw: true })
  const { outputs } = graph
  const loaded = await load(graph)
  const feeds = {
    [graph.imageInput]: { type: 'float32' as const, ...array(family, 'pixel_values') },
    [graph.targetInput]: int64([batch], TARGETS),
  }
  const fetches = [
    outputs.logits,
    outputs.attention!,
    outputs.gradient!,
    outputs.headL1!,
    ...Object.values(outputs.maps),
  ]
  const found = await loaded.run(feeds, fetches)
  await loaded.release()
  const data = (name: string) => found[name]!.data as Float32Array
  expect(relativeError(data(outputs.logits), array(family, 'logits').data)).toBeLessThan(1e-4)
  expect(relativeError(data(outputs.attention!), attention)).toBeLessThan(1e-4)
  expect(relativeError(data(outputs.gradient!), gradient)).toBeLessThan(1e-4)
  const scores = Float32Array.from({ length: batch * layers * heads }, (_, head) =>
    gradient.subarray(head * tokens ** 2, (head + 1) * tokens ** 2).reduce((sum, value) => sum + Math.abs(value), 0),
  )
  expect(relativeError(data(outputs.headL1!), scores)).toBeLessThan(1e-4)
  const { readoutRows, geometry } = model.anatomy!
  // Where the output of a head is normalised, sum A o G is 0 but for rounding, and so are weights by it.
  const methods = METHOD_IDS.filter((method) => family !== 'differential' || method !== 'gmar_taylor')
  for (const method of methods) {
    const wanted = Array.from({ length: batch }, (_, sample) =>
      relevance(
        method,
        {
          attention: matrices(attention, [...dims], sample),
          gradient: matrices(gradient, [...dims], sample),
          ...{ readoutRows, patches: geometry.patches },
        },
        DEFAULT_METHOD_SETTINGS,
      ),
    ).flat()
    expect(relativeError(data(outputs.maps[method]!), Float32Array.from(wanted)), method).toBeLessThan(1e-4)
  }
  const certificate = await certify(model, load)
  expect(certificate.failures).toEqual([])
}

/** Some of the softmaxes that a reference holds in the order of calls. */
function sites(family: string, chosen: number[]): Reference {
  const { dims } = array(family, 'attention')
  const [batch, calls, heads, tokens] = dims as [number, number, number, number]
  const size = heads * tokens ** 2
  const pick = (name: string) => {
    const { data } = array(family, name)
    const picked = new Float32Array(batch * chosen.length * size)
    for (let b = 0; b < batch; b++) {
      chosen.forEach((call, at) => {
        const from = (b * calls + call) * size
        picked.set(data.subarray(from, from + size), (b * chosen.length + at) * size)
      })
    }
    return picked
  }
  return {
    dims: [batch, chosen.length, heads, tokens],
    attention: pick('attention'),
    gradient: pick('gradient'),
  }
}

it('branches of a parallel block are one layer with the heads of both', async () => {
  const model = await analyse('parallel_blocks')
  const { dims, ...calls } = sites('parallel_blocks', [0, 1, 2, 3])
  // Two calls a block, one after the other, are the heads of one layer as they lie.
  await expectRight(model, 'parallel_blocks', { ...calls, dims: [dims[0], 2, 2 * dims[2], dims[3]] })
  expect(model.report.notes).toEqual([expect.stringMatching(/side by side.*attns\.0.*attns\.1/)])
})

it('differential attention is the signed matrix that multiplies the values', async () => {
  const model = await analyse('differential')
  const [first, second] = [sites('differential', [0, 2]), sites('differential', [1, 3])]
  const [batch, layers, heads, tokens] = first.dims
  const size = heads * tokens ** 2
  const attention = Float32Array.from(first.attention)
  for (let layer = 0; layer < layers; layer++) {
    const places = Array.from({ length: batch }, (_, b) => (b * layers + layer) * size)
    const product = (a: Float32Array, b: Float32Array) =>
      places.reduce(
        (sum, start) =>
          sum + a.subarray(start, start + size).reduce((part, value, at) => part + value * b[start + at]!, 0),
        0,
      )
    // A = A1 - lambda A2, so dy/dA2 is -lambda dy/dA1.
    const lambda = -product(first.gradient, second.gradient) / product(first.gradient, first.gradient)
    expect(lambda).toBeGreaterThan(0.05)
    for (const start of places)
      for (let at = start; at < start + size; at++) attention[at]! -= lambda * second.attention[at]!
  }
  expect(Math.min(...attention)).toBeLessThan(0)
  await expectRight(model, 'differential', { ...first, attention })
  expect(model.report.notes!.join()).toMatch(/mixed after the softmax.*need not sum to 1.*absolute values/)
})

it('long skip connections of a U-ViT are said, and the numbers are right', async () => {
  const model = await analyse('uvit')
  await expectRight(model, 'uvit', sites('uvit', [0, 1, 2, 3, 4]))
  expect(model.report.notes).toEqual([
    expect.stringMatching(/What layer 2 reads comes to layer 3 around it once more .*long skip/),
    expect.stringMatching(/reaches layer 4 .* around layers 1 to 3, as a long skip/),
  ])
})

it('heads that are mixed after the softmax (re-attention) are explained as mixed', async () => {
  const model = await analyse('deepvit')
  const parts = [0, 1, 2].map((site) => ({
    attention: array('deepvit', `site_0${site}_attention`),
    gradient: array('deepvit', `site_0${site}_gradient`),
  }))
  const [batch, heads, tokens] = parts[0]!.attention.dims as [number, number, number]
  const size = heads * tokens ** 2
  const stacked = (name: 'attention' | 'gradient') => {
    const data = new Float32Array(batch * parts.length * size)
    parts.forEach((part, layer) => {
      for (let b = 0; b < batch; b++)
        data.set(part[name].data.subarray(b * size, (b + 1) * size), (b * parts.length + layer) * size)
    })
    return data
  }
  const attention = stacked('attention')
  expect(Math.min(...attention)).toBeLessThan(0)
  await expectRight(model, 'deepvit', {
    ...{ dims: [batch, parts.length, heads, tokens], attention, gradient: stacked('gradient') },
  })
})

it('detection tokens behind the patches (YOLOS) are no patches', async () => {
  const made = mkdtempSync(join(tmpdir(), 'headlight-'))
  const file = join(made, 'query-0.onnx')
  const graph = await readModel(join(folder, 'yolos/model.onnx'))
  const g = new GraphBuilder(graph, 'query')
  const [output] = graph.outputs
  g.op('Gather', [output!.name, g.int(0)], { axis: 1 }, ['query_0'])
  graph.outputs = [{ name: 'query_0', type: 'float32', dims: ['batch', 11] }]
  writeFileSync(file, writeModel(graph).bytes)
  const model = await analyseModel(file, load)
  expect(model.report).toMatchObject({ supported: true, tokens: 22, prefixTokens: 1, suffixTokens: 5, grid: [4, 4] })
  expect(model.report.readoutRows).toEqual([17])
  const patches = Array.from({ length: 16 }, (_, at) => 1 + at)
  expect(model.anatomy!.geometry.patches).toEqual(patches)
  const pixels = array('yolos', 'pixel_values')
  const explainer = await openExplainer(model, load, { methods: METHOD_IDS, raw: true })
  const one = { dims: [1, 3, 32, 32], data: pixels.data.subarray(0, 3 * 32 * 32) }
  const found = await explainer.explain(one, { targets: [1] })
  await explainer.release()
  const layers = (name: string) =>
    [0, 1, 2].map((layer) => matrices(array('yolos', `site_0${layer}_${name}`).data, [1, 1, 4, 22], 0)[0]!)
  const [attention, gradient] = [layers('attention'), layers('gradient')]
  const flat = (parts: typeof attention) => Float32Array.from(parts.flat(3))
  expect(relativeError(found.gradient!.data, flat(gradient))).toBeLessThan(1e-4)
  for (const method of METHOD_IDS) {
    const sample = { attention, gradient, readoutRows: [17], patches }
    const wanted = Float32Array.from(relevance(method, sample, DEFAULT_METHOD_SETTINGS))
    expect(relativeError(found.maps[method]!.data, wanted), method).toBeLessThan(1e-4)
  }
  const { failures } = await certify(model, load)
  expect(failures).toEqual([])
  rmSync(made, { recursive: true })
})

it('a text tower with fixed prompts has no layers', async () => {
  const model = await analyse('clip_text_baked')
  await expectRight(model, 'clip_text_baked', sites('clip_text_baked', [0, 1]))
  expect(model.report.notes!.join()).toMatch(/text_model.*depends on no pixel/)
})

describe('two passes over one picture', () => {
  it('are refused until one is chosen', async () => {
    const { report } = await analyse('flip_tta')
    expect(report.supported).toBe(false)
    expect(report.reasons.join()).toMatch(/2 separate towers.*'attn' \(2 layers.*'attn_1' \(2 layers.*--tower/)
    expect(report.towers).toMatchObject([
      { name: 'attn', layers: 2 },
      { name: 'attn_1', layers: 2 },
    ])
  })

  it('the pass over the picture as it is', async () => {
    const model = await analyse('flip_tta', { tower: 'attn' })
    await expectRight(model, 'flip_tta', sites('flip_tta', [0, 1]))
    expect(model.anatomy!.geometry.patches).toEqual(Array.from({ length: 16 }, (_, at) => at + 1))
    expect(model.report).toMatchObject({ tower: 'attn', notes: [expect.stringMatching(/2 separate towers/)] })
  })

  it('the pass over the mirrored picture, its map mirrored back', async () => {
    const model = await analyse('flip_tta', { tower: 'attn_1' })
    await expectRight(model, 'flip_tta', sites('flip_tta', [2, 3]))
    expect(model.anatomy!.geometry.patches.slice(0, 5)).toEqual([4, 3, 2, 1, 8])
    expect(model.report.notes!.join()).toMatch(/mirrored/)
  })

  it('a tower that is not there is no tower', async () => {
    await expect(analyse('flip_tta', { tower: 'left' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/no tower 'left'.*'attn'.*'attn_1'/),
    })
    await expect(analyse('parallel_blocks', { tower: 'attn' })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('layers of different numbers of heads, as after pruning', () => {
  const HEADS = [3, 1, 2]
  const layers = ['00', '01', '02'].map((layer) => ({
    attention: array('pruned_heads', `attention_${layer}`),
    gradient: array('pruned_heads', `gradient_${layer}`),
  }))
  const tokens = 17
  const size = tokens ** 2
  const widest = Math.max(...HEADS)
  /** `[B, L, widest, N, N]`, zeros where a layer has no such head. */
  const padded = (name: 'attention' | 'gradient') => {
    const data = new Float32Array(TARGETS.length * HEADS.length * widest * size)
    layers.forEach((layer, at) => {
      const count = HEADS[at]! * size
      for (let b = 0; b < TARGETS.length; b++)
        data.set(layer[name].data.subarray(b * count, (b + 1) * count), (b * HEADS.length + at) * widest * size)
    })
    return data
  }
  const sample = (b: number, { readoutRows, geometry }: NonNullable<AnalysedModel['anatomy']>) => ({
    ...{ readoutRows, patches: geometry.patches },
    attention: layers.map(({ attention: { data } }, at) => matrices(data, [1, 1, HEADS[at]!, tokens], b)[0]!),
    gradient: layers.map(({ gradient: { data } }, at) => matrices(data, [1, 1, HEADS[at]!, tokens], b)[0]!),
  })

  it('every layer has its own; arrays are padded with zeros', async () => {
    const model = await analyse('pruned_heads')
    expect(model.report).toMatchObject({ supported: true, layers: 3, heads: 3, layerHeads: HEADS, tokens })
    expect(model.report.notes).toEqual([expect.stringMatching(/different numbers of heads, 3, 1, 2 .*pruned/)])
    for (const scope of ['layer', 'all'] as const) {
      const settings = { ...DEFAULT_METHOD_SETTINGS, gmar: { ...DEFAULT_METHOD_SETTINGS.gmar, scope } }
      const explainer = await openExplainer(model, load, { methods: METHOD_IDS, settings, raw: true })
      const pixels = array('pruned_heads', 'pixel_values')
      const found = await explainer.explain(pixels, { targets: TARGETS })
      await explainer.release()
      const [attention, gradient] = [padded('attention'), padded('gradient')]
      expect(relativeError(found.logits.data, array('pruned_heads', 'logits').data)).toBeLessThan(1e-5)
      expect(relativeError(found.attention!.data, attention)).toBeLessThan(1e-5)
      expect(relativeError(found.gradient!.data, gradient)).toBeLessThan(1e-5)
      const scores = Float32Array.from({ length: gradient.length / size }, (_, head) =>
        gradient.subarray(head * size, (head + 1) * size).reduce((sum, value) => sum + Math.abs(value), 0),
      )
      expect(relativeError(found.headL1!.data, scores)).toBeLessThan(1e-5)
      for (const method of METHOD_IDS) {
        const wanted = TARGETS.flatMap((_, b) => relevance(method, sample(b, model.anatomy!), settings))
        const map = found.maps[method]!.data
        expect(relativeError(map, Float32Array.from(wanted)), method).toBeLessThan(1e-5)
        const per = (data: Float32Array) => data.subarray(0, data.length / TARGETS.length)
        const first = {
          ...{ layers: 3, heads: widest, layerHeads: HEADS, tokens, readoutRows: model.report.readoutRows },
          ...{ patches: model.anatomy!.geometry.patches, attention: per(attention), gradient: per(gradient) },
          ...{ headL1: per(found.headL1!.data), headL2: per(found.headL2!.data) },
          headTaylor: per(found.headTaylor!.data),
        }
        expect(relativeError(sampleMap(method, first, settings), per(map)), method).toBeLessThan(1e-5)
      }
    }
  })

  it('the certificate checks each head that is there', async () => {
    const certificate = await certify(await analyse('pruned_heads'), load)
    expect(certificate.failures).toEqual([])
    expect(certificate.heads.map(({ layer, head }) => `${layer}.${head}`)).toEqual(
      HEADS.flatMap((count, layer) => Array.from({ length: count }, (_, head) => `${layer}.${head}`)),
    )
  })
})

it('branches that ask for shapes alone are resolved, as TorchScript writes torch.tile in DINOv3', async () => {
  const model = await analyse('dinov3_branches')
  const { dims } = array('dinov3_branches', 'attention')
  const [batch, layers, heads, tokens] = dims as [number, number, number, number]
  const all = Array.from({ length: layers }, (_, layer) => layer)
  await expectRight(model, 'dinov3_branches', {
    ...sites('dinov3_branches', all),
    dims: [batch, layers, heads, tokens],
  })
  expect(model.report).toMatchObject({ prefixTokens: 2, dynamicBatch: true })
})
