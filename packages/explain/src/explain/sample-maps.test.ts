/** Maps from A and G in memory against METHODS.md with full matrices, and against the explain graph's own maps. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS, type MethodSettings } from './report'
import { METHOD_IDS } from './method-catalogue'
import { quickRuntime } from '../testing/runtimes'
import { reference, relativeError, zoo } from '../testing/zoo'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { layerMaps, sampleMap, type SampleArrays } from './sample-maps'
import { matrices, relevance } from './testing/dense-methods'

const LIMIT = 1e-5
const OTHER: MethodSettings = {
  gmar: { alpha: 0.5, scope: 'all', firstLayer: 1 },
  rollout: { fusion: 'max', discard: 0.3 },
}
const LAST_LAYER_ONLY = ['raw', 'attn_grad', 'attn_gradcam']

test.each(['timm_deit_distilled', 'timm_vit_gap', 'hf_dinov2'])('%s', async (name) => {
  const model = await analyseModel(join(zoo, name, 'model.onnx'), quickRuntime)
  const pixels = reference(name, 'pixel_values')
  for (const settings of [DEFAULT_METHOD_SETTINGS, OTHER]) {
    const graph = model.compile({ methods: METHOD_IDS, settings, scores: true, raw: true })
    const { maps, headL1, headL2, headTaylor, attention, gradient } = graph.outputs
    const loaded = await quickRuntime(graph)
    const feeds = {
      [graph.imageInput]: { type: 'float32' as const, ...pixels },
      [graph.targetInput]: int64([2], [-1, 3]),
    }
    const found = await loaded.run(feeds, [
      ...[headL1!, headL2!, headTaylor!, attention!, gradient!],
      ...Object.values(maps),
    ])
    await loaded.release()
    const { layers, heads, tokens, readoutRows } = model.report
    const { patches } = model.anatomy!.geometry
    const cut = (output: string | undefined, index: number) => {
      const data = found[output!]!.data as Float32Array
      return data.slice((data.length / 2) * index, (data.length / 2) * (index + 1))
    }
    const index = 1
    const sample: SampleArrays = {
      ...{ layers, heads, tokens, readoutRows, patches },
      ...{ attention: cut(attention, index), gradient: cut(gradient, index) },
      ...{ headL1: cut(headL1, index), headL2: cut(headL2, index), headTaylor: cut(headTaylor, index) },
    }
    const shape = [2, layers, heads, tokens, tokens]
    const dense = {
      attention: matrices(found[attention!]!.data as Float32Array, shape, index),
      gradient: matrices(found[gradient!]!.data as Float32Array, shape, index),
      ...{ readoutRows, patches },
    }
    for (const method of METHOD_IDS) {
      const own = sampleMap(method, sample, settings)
      expect(relativeError(own, cut(maps[method], index)), `${method}, graph`).toBeLessThan(LIMIT)
      const byLayer = layerMaps(method, sample, settings)
      expect(byLayer.slice((layers - 1) * patches.length), method).toEqual(own)
      // GMAR with weights over all heads keeps the weights of the whole model; the reference for fewer layers does not.
      if (method.startsWith('gmar') && settings.gmar.scope === 'all') continue
      for (let last = 0; last < layers - 1; last++) {
        const shorter = {
          ...dense,
          attention: dense.attention.slice(0, last + 1),
          gradient: dense.gradient.slice(0, last + 1),
        }
        const wanted = Float32Array.from(relevance(method, shorter, settings))
        if (wanted.every((value) => value === 0)) expect(LAST_LAYER_ONLY, `${method} ${last}`).toContain(method)
        else {
          const row = byLayer.subarray(last * patches.length, (last + 1) * patches.length)
          expect(relativeError(row, wanted), `${method}, layer ${last}`).toBeLessThan(LIMIT)
        }
      }
    }
  }
})
