/** Gates on heads: derivatives by them are sum A o G, and switched off heads are what the definitions put in their place. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LoadedGraph } from '../onnx/run-graph'
import { float32 } from '../onnx/tensor'
import { reference, relativeError, zoo } from '../testing'
import { quickRuntime as cpu } from '../testing/runtimes'
import { analyseModel } from './analyse'
import type { HeadMeasure } from './head-measures'
import type { GatedGraph, HeadFill } from './gated-graph'
import { openExplainer } from './explainer'
import { DEFAULT_METHOD_SETTINGS } from './report'

const MODELS = [
  ...['hf_dinov2', 'hf_vit_dynamo18', 'timm_beit', 'timm_deit_distilled', 'timm_vit_gap', 'timm_vit_op14'],
  ...['timm_vit_reg4', 'timm_vit_sdpa_op17', 'tv_vit_op17'],
]
const measures = { settings: DEFAULT_METHOD_SETTINGS, methods: [], scores: false, raw: true, headMeasures: true }

async function opened(name: string) {
  const model = await analyseModel(join(zoo, name, 'model.onnx'), cpu)
  const { dims, data } = reference(name, 'pixel_values')
  return { model, pixels: { dims, data }, ...model.report }
}

/** Logits `[sets, classes]` of the first picture under sets of gates. */
async function under(
  loaded: LoadedGraph,
  graph: GatedGraph,
  pixels: { dims: number[]; data: Float32Array },
  gates: Float32Array[],
  [layers, heads]: [number, number],
): Promise<Float32Array[]> {
  const [, ...image] = pixels.dims
  const size = image.reduce((product, dim) => product * dim, 1)
  const found: Float32Array[] = []
  for (const set of gates) {
    const feeds = {
      [graph.imageInput]: float32([1, ...image], pixels.data.subarray(0, size)),
      [graph.gatesInput]: float32([1, layers, heads], set),
    }
    found.push((await loaded.run(feeds, [graph.logits]))[graph.logits]!.data as Float32Array)
  }
  return found
}

describe.each(MODELS)('%s', (name) => {
  test('with all gates open the logits are those of the file; their derivatives by gates are sum A o G', async () => {
    const { model, pixels, layers, heads, classes } = await opened(name)
    const explainer = await openExplainer(model, cpu, measures)
    const { targets, attention, gradient, headTaylor, headMeasures } = await explainer.explain(pixels)
    await explainer.release()
    const target = targets[0]!
    const size = attention!.data.length / (pixels.dims[0]! * layers * heads)
    const wanted = Float32Array.from({ length: layers * heads }, (_, head) => {
      let sum = 0
      for (let at = head * size; at < (head + 1) * size; at++) sum += attention!.data[at]! * gradient!.data[at]!
      return sum
    })

    const of = (name: HeadMeasure) => headMeasures![name]!.data.slice(0, layers * heads)
    expect(relativeError(headTaylor!.data.slice(0, layers * heads), wanted)).toBeLessThan(1e-4)
    const tokens = model.report.tokens
    const entropies = Float32Array.from({ length: layers * heads }, (_, head) => {
      const rows = attention!.data.subarray(head * size, (head + 1) * size)
      return rows.reduce((sum, a) => sum - (a > 0 ? a * Math.log(a) : 0), 0) / tokens
    })
    expect(relativeError(of('headEntropy'), entropies)).toBeLessThan(1e-4)
    of('headAbsoluteTaylor').forEach((value, head) =>
      expect(value).toBeGreaterThanOrEqual(Math.abs(wanted[head]!) * 0.9999),
    )
    expect(Math.min(...of('headOutputNorm'))).toBeGreaterThan(0)

    const graph = model.compileGated({ kind: 'zero' })
    const loaded = await cpu(graph)
    const open = new Float32Array(layers * heads).fill(1)
    const step = 0.02
    const sets = [...wanted.keys()].flatMap((head) => [open.with(head, 1 + step), open.with(head, 1 - step)])
    const [whole, ...logits] = await under(loaded, graph, pixels, [open, ...sets], [layers, heads])
    await loaded.release()
    expect(relativeError(whole!, reference(name, 'logits').data.slice(0, classes))).toBeLessThan(1e-4)
    const slopes = wanted.map((_, head) => (logits[2 * head]![target]! - logits[2 * head + 1]![target]!) / (2 * step))
    expect(relativeError(slopes, wanted)).toBeLessThan(5e-3)
  })

  test('a mean output of 0 is what switching off is; other fills are something else', async () => {
    const { model, pixels, layers, heads } = await opened(name)
    const outputs = model.compileHeadOutputs()
    const measured = await cpu(outputs)
    const [, ...image] = pixels.dims
    const size = image.reduce((product, dim) => product * dim, 1)
    const input = float32([1, ...image], pixels.data.subarray(0, size))
    const means = await measured.run({ [outputs.imageInput]: input }, outputs.outputs)
    await measured.release()
    const own = outputs.outputs.map((output) => means[output]!.data as Float32Array)
    const off = new Float32Array(layers * heads).fill(1).with(heads - 1, 0)
    const under0 = async (fill: HeadFill) => {
      const graph = model.compileGated(fill)
      const loaded = await cpu(graph)
      const [logits] = await under(loaded, graph, pixels, [off], [layers, heads])
      await loaded.release()
      return logits!
    }
    const [zero, nothing, mean, uniform] = [
      await under0({ kind: 'zero' }),
      await under0({ kind: 'mean', outputs: own.map((values) => new Float32Array(values.length)) }),
      await under0({ kind: 'mean', outputs: own }),
      await under0({ kind: 'uniform' }),
    ]
    expect(relativeError(nothing, zero)).toBeLessThan(1e-5)
    expect(relativeError(mean, zero)).toBeGreaterThan(1e-5)
    expect(relativeError(uniform, zero)).toBeGreaterThan(1e-5)
  })
})
