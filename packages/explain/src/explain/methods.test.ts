/** Every method and setting of the explain graph against METHODS.md computed with full matrices. */
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS, type MethodSettings } from './report'
import { METHOD_IDS, METHODS } from './method-catalogue'
import type { RuleLookup } from '../autodiff/differentiate'
import { ruleFor } from '../autodiff/registry'
import { readNpy } from '../files/npy'
import { parseModel } from '../onnx/read'
import { int64, type Tensor } from '../onnx/tensor'
import { quickRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'
import type { AnalysedModel, ExplainGraph, ExplainOptions } from './api'
import { compileExplainGraph } from './compile'
import { headScores, matrices, relevance, type Sample } from './testing/dense-methods'

const zoo = resolve('models/zoo')
const load = quickRuntime
const LIMIT = 1e-5

const EVERYTHING: ExplainOptions = {
  methods: METHOD_IDS,
  settings: DEFAULT_METHOD_SETTINGS,
  scores: true,
  raw: true,
  readoutAttention: true,
}

const analysed = new Map<string, Promise<AnalysedModel>>()
function zooModel(name: string): Promise<AnalysedModel> {
  if (!analysed.has(name)) analysed.set(name, analyseModel(join(zoo, name, 'model.onnx'), load))
  return analysed.get(name)!
}

/** Runs an explain graph on the two pictures of a model; `outputs` are those it has. */
async function run(name: string, graph: ExplainGraph, targets = [-1, 3]) {
  const pixels = await readNpy(join(zoo, name, 'pixel_values.npy'))
  const feeds: Record<string, Tensor> = {
    [graph.imageInput]: { type: 'float32', dims: pixels.dims, data: pixels.data },
    [graph.targetInput]: int64([2], targets),
  }
  const { maps, ...others } = graph.outputs
  const fetches = [...Object.values(maps), ...Object.values(others).flat()]
  const loaded = await load(graph)
  try {
    return await loaded.run(feeds, fetches)
  } finally {
    await loaded.release()
  }
}

/** A and G of one of the two pictures. */
function sampleOf(
  model: AnalysedModel,
  { outputs }: ExplainGraph,
  found: Record<string, Tensor>,
  sample: number,
): Sample {
  const { attention, gradient } = outputs
  const cut = (name: string) => matrices(found[name]!.data as Float32Array, found[name]!.dims, sample)
  return {
    attention: cut(attention!),
    gradient: cut(gradient!),
    readoutRows: model.report.readoutRows,
    patches: model.anatomy!.geometry.patches,
  }
}

/** Part `sample` of a tensor whose first axis is the batch. */
function part({ data, dims }: Tensor, sample: number): number[] {
  const size = data.length / dims[0]!
  return Array.from({ length: size }, (_, at) => Number(data[sample * size + at]))
}

function relativeError(found: number[], wanted: number[]): number {
  expect(found.length).toBe(wanted.length)
  const largest = wanted.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), Number.MIN_VALUE)
  const differences = wanted.map((value, at) => Math.abs(value - found[at]!) / largest)
  return differences.some(Number.isNaN) ? NaN : Math.max(...differences)
}

const gmarSettings = [0, 0.5, 1].flatMap((alpha) =>
  (['layer', 'all'] as const).flatMap((scope) => [0, 1].map((firstLayer) => ({ alpha, scope, firstLayer }))),
)
const rolloutSettings = (['mean', 'max', 'min'] as const).flatMap((fusion) =>
  [0, 0.1, 0.5, 0.9].map((discard) => ({ fusion, discard })),
)
/** Both lists side by side, and the last layer alone. */
const settings: MethodSettings[] = [
  ...gmarSettings.map((gmar, index) => ({ gmar, rollout: rolloutSettings[index]! })),
  { gmar: { alpha: 1, scope: 'layer', firstLayer: 2 }, rollout: DEFAULT_METHOD_SETTINGS.rollout },
]

const MODELS = ['timm_vit_op17', 'timm_deit_distilled', 'timm_vit_gap', 'timm_vit_reg4', 'tv_vit_op17']

describe.each(MODELS)('%s', (name) => {
  it.each(settings.map((each) => [JSON.stringify(each), each] as const))('%s', async (_, chosen) => {
    const model = await zooModel(name)
    const graph = model.compile({ ...EVERYTHING, settings: chosen })
    const found = await run(name, graph)
    for (const index of [0, 1]) {
      const sample = sampleOf(model, graph, found, index)
      for (const method of METHOD_IDS) {
        const map = found[graph.outputs.maps[method]!]!
        const wanted = relevance(method, sample, chosen)
        // Of Grad-CAM the relu may leave nothing.
        if (method !== 'attn_gradcam') expect(Math.max(...wanted), method).toBeGreaterThan(0)
        expect(relativeError(part(map, index), wanted), method).toBeLessThan(LIMIT)
      }
    }
  })

  it('head scores and targets', async () => {
    const model = await zooModel(name)
    const graph = model.compile(EVERYTHING)
    const found = await run(name, graph)
    const { headL1, headL2, logits, target } = graph.outputs
    for (const index of [0, 1]) {
      const sample = sampleOf(model, graph, found, index)
      expect(relativeError(part(found[headL1!]!, index), headScores(sample, 'l1').flat())).toBeLessThan(LIMIT)
      expect(relativeError(part(found[headL2!]!, index), headScores(sample, 'l2').flat())).toBeLessThan(LIMIT)
    }
    const first = part(found[logits]!, 0)
    expect(part(found[target]!, 0)).toEqual([first.indexOf(Math.max(...first))])
    expect(part(found[target]!, 1)).toEqual([3])
  })
})

it.each(MODELS)('%s: attention from the read-out rows', async (name) => {
  const model = await zooModel(name)
  const graph = model.compile(EVERYTHING)
  const found = await run(name, graph)
  for (const index of [0, 1]) {
    const { attention, readoutRows, patches } = sampleOf(model, graph, found, index)
    const wanted = attention.flat().flatMap((ofHead) => {
      const mean = (token: number) =>
        readoutRows.reduce((sum, row) => sum + ofHead[row]![token]!, 0) / readoutRows.length
      return patches.map(mean)
    })
    expect(relativeError(part(found[graph.outputs.readoutAttention!]!, index), wanted)).toBeLessThan(LIMIT)
  }
})

describe('a layer without gradient', () => {
  /** Rules by which nothing arrives at any attention. */
  const nothing: RuleLookup = (node, opset) => ({
    ...ruleFor(node, opset),
    flat: node.inputs.map((_, index) => index),
    apply: ({ inputs }) => inputs.map(() => null),
  })

  it.each(['layer', 'all'] as const)('gets uniform weights, scope %s', async (scope) => {
    const model = await zooModel('timm_vit_op17')
    const chosen = { ...DEFAULT_METHOD_SETTINGS, gmar: { alpha: 1, scope, firstLayer: 0 } }
    const graph = compileExplainGraph(model.anatomy!, { ...EVERYTHING, settings: chosen }, nothing)
    const found = await run('timm_vit_op17', graph)
    const sample = sampleOf(model, graph, found, 0)
    expect(sample.gradient.flat(3).every((value) => value === 0)).toBe(true)
    const gmar = part(found[graph.outputs.maps.gmar_l1!]!, 0)
    expect(relativeError(gmar, relevance('gmar_l1', sample, chosen))).toBeLessThan(LIMIT)
    const rollout = part(found[graph.outputs.maps.rollout!]!, 0)
    if (scope === 'layer') expect(relativeError(gmar, rollout)).toBeLessThan(LIMIT)
    for (const method of ['attn_grad', 'attn_gradcam'] as const) {
      expect(part(found[graph.outputs.maps[method]!]!, 0).every((value) => value === 0)).toBe(true)
    }
  })
})

describe('what a selection costs', () => {
  const nodesOf = async (options: Partial<ExplainOptions>) => {
    const model = await zooModel('timm_vit_op17')
    const bare = { ...EVERYTHING, scores: false, raw: false, readoutAttention: false }
    const graph = model.compile({ ...bare, ...options })
    const { nodes } = parseModel(graph.bytes, 'explain.onnx')
    const backward = nodes.filter(
      ({ op, outputs }) => op === 'OneHot' || outputs.some((name) => name.startsWith('headlight/backward')),
    )
    return { graph, backward }
  }

  it('methods without gradient run no backward pass', async () => {
    const free = METHOD_IDS.filter((method) => !METHODS[method].needsGradient)
    expect(free).toEqual(['rollout', 'raw'])
    const { graph, backward } = await nodesOf({ methods: free })
    expect(backward).toEqual([])
    expect(graph.outputs.headL1).toBeUndefined()
    expect(Object.keys(await run('timm_vit_op17', graph))).toHaveLength(4)
  })

  it.each(METHOD_IDS.filter((method) => METHODS[method].needsGradient))('%s has one', async (method) => {
    const { backward } = await nodesOf({ methods: [method] })
    expect(backward.length).toBeGreaterThan(50)
  })

  it('scores or raw gradients alone have one', async () => {
    expect((await nodesOf({ methods: [], scores: true })).backward.length).toBeGreaterThan(50)
    expect((await nodesOf({ methods: [], raw: true })).backward.length).toBeGreaterThan(50)
  })
})
