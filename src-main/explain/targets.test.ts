/** Contrasts against finite differences, and against PyTorch's autograd by linearity. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS as settings } from '@shared/api/model'
import { quickRuntime as load } from '../compute/testing/quick-runtime'
import { reference, relativeError, zoo } from '../compute/testing/zoo'
import { int64, type Tensor } from '../onnx/tensor'
import { analyseModel } from './analyse'
import type { AnalysedModel } from './api'
import { certify, LIMITS } from './certify'

const MODELS = ['timm_vit_op17', 'timm_deit_distilled', 'hf_dinov2', 'timm_vit_gap']
const open = (name: string) => analyseModel(path.join(zoo, name, 'model.onnx'), load)

/** G `[B, L, H, N, N]` of the two pictures, for targets and, in a contrast, the classes that they are set against. */
async function gradient(model: AnalysedModel, name: string, targets: number[], against?: number[]) {
  const graph = model.compile({ methods: [], settings, scores: false, raw: true, contrast: against !== undefined })
  const feeds: Record<string, Tensor> = {
    [graph.imageInput]: { type: 'float32', ...reference(name, 'pixel_values') },
    [graph.targetInput]: int64([2], targets),
  }
  if (graph.againstInput && against) feeds[graph.againstInput] = int64([2], against)
  const loaded = await load(graph)
  const found = await loaded.run(feeds, [graph.outputs.gradient!])
  await loaded.release()
  return found[graph.outputs.gradient!]!.data as Float32Array
}

test.each(MODELS)('%s: G(a - b) + G(b) is what autograd says of a, and -1 sets a against nothing', async (name) => {
  const model = await open(name)
  const { target } = JSON.parse(readFileSync(path.join(zoo, name, 'manifest.json'), 'utf8')) as { target: number[] }
  const against = target.map((a) => (a + 3) % 10)
  const autograd = reference(name, 'gradient').data
  const contrast = await gradient(model, name, target, against)
  const subtracted = await gradient(model, name, against)
  expect(relativeError(contrast, autograd)).toBeGreaterThan(0.05)
  expect(
    relativeError(
      contrast.map((value, at) => value + subtracted[at]!),
      autograd,
    ),
  ).toBeLessThan(1e-4)
  expect(relativeError(await gradient(model, name, target, [-1, -1]), autograd)).toBeLessThan(1e-4)
})

test.each(MODELS)('%s: the certificate holds for a contrast', async (name) => {
  const model = await open(name)
  const certificate = await certify(model, load, { contrast: [2, 7] })
  expect(certificate).toMatchObject({ passed: true, failures: [], precision: 'float64' })
  expect(certificate.gradientError).toBeLessThan(LIMITS.gradient.float64 / 10)
})

test('the certificate of a contrast fails where the contrast is not subtracted', async () => {
  const model = await open('timm_vit_op17')
  const plain = {
    ...model,
    compile: (options: Parameters<AnalysedModel['compile']>[0]) => model.compile({ ...options, contrast: false }),
  }
  expect((await certify(plain, load, { contrast: [2, 7] })).passed).toBe(false)
})

test('a graph without contrasts has the inputs that it always had', async () => {
  const model = await open('timm_vit_op17')
  const graph = model.compile({ methods: ['gmar_l1'], settings, scores: true, raw: false })
  expect([graph.targetInput, graph.againstInput]).toEqual(['headlight/target_class', undefined])
})
