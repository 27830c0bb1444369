/** sum A o G of every head, as the products with V give it, against the sum over A and G themselves. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { zoo } from '../testing/zoo'
import { analyseModel } from './analyse'
import { openExplainer } from './explainer'
import { headProducts } from './head-taylor'
import { headEntries } from './site-shape'

const load = onnxRuntime()
const families = resolve('packages/explain/src/explain/fixtures/families')
const MODELS = [
  ...[
    'hf_dinov2',
    'hf_vit_op14',
    'timm_beit',
    'timm_deit_distilled',
    'timm_vit_dynamo23',
    'timm_vit_gap',
    'tv_vit_op17',
  ].map((name) => join(zoo, name)),
  ...['swin', 'sam', 'segformer', 'cait', 'pruned_heads', 'parallel_blocks', 'deepvit', 'differential'].map((name) =>
    join(families, name),
  ),
]

describe.each(MODELS)('%s', (folder) => {
  test('is the sum over A and G, and reads no matrix for it', async () => {
    const model = await analyseModel(join(folder, 'model.onnx'), load)
    const { graph, facts, attentions } = model.anatomy!
    for (const site of attentions.layers.flat()) expect(headProducts(graph, facts, site)).not.toBeNull()

    const file = join(folder, 'pixel_values.npy')
    const pixels = parseNpy(readFileSync(file), file)
    const explainer = await openExplainer(model, load, { methods: [], scores: true, raw: true })
    const found = await explainer.explain(pixels)
    await explainer.release()
    const { layers, heads } = model.report
    const batch = pixels.dims[0]!
    const wanted = new Float32Array(batch * layers * heads)
    // Where a head's output is normalised, y does not change with its length: sums are rounding beside their terms.
    let largest = 0
    const sumOf = (attention: Float32Array, gradient: Float32Array, places: Iterable<number>) => {
      let sum = 0
      let magnitude = 0
      for (const place of places) {
        sum += attention[place]! * gradient[place]!
        magnitude += Math.abs(attention[place]! * gradient[place]!)
      }
      largest = Math.max(largest, magnitude)
      return sum
    }
    if (found.siteAttention) {
      attentions.layers.flat().forEach(({ shape }, layer) => {
        const [attention, gradient] = [found.siteAttention![layer]!.data, found.siteGradient![layer]!.data]
        const parts = shape!.parts.toSorted((a, b) => Number(b.of === 'batch') - Number(a.of === 'batch'))
        const size = attention.length / batch
        for (let b = 0; b < batch; b++) {
          headEntries({ ...shape!, parts }).forEach((places, head) => {
            const own = (values: Float32Array) => values.subarray(b * size, (b + 1) * size)
            wanted[(b * layers + layer) * heads + head] = sumOf(own(attention), own(gradient), places)
          })
        }
      })
    } else {
      const size = model.report.tokens ** 2
      wanted.forEach((_, at) => {
        const own = (values: Float32Array) => values.subarray(at * size, (at + 1) * size)
        wanted[at] = sumOf(own(found.attention!.data), own(found.gradient!.data), new Array(size).keys())
      })
    }
    expect(found.headTaylor!.dims).toEqual([batch, layers, heads])
    wanted.forEach((sum, at) => expect(Math.abs(found.headTaylor!.data[at]! - sum) / largest).toBeLessThan(2e-6))
    expect(largest).toBeGreaterThan(0)
  })
})
