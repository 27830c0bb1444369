/** Contrasts against finite differences, and against PyTorch's autograd by linearity. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AGAINST_PREDICTED, AGAINST_RUNNER_UP } from './class-inputs'
import { DEFAULT_METHOD_SETTINGS as settings } from './report'
import { quickRuntime as load } from '../testing/runtimes'
import { reference, relativeError, zoo } from '../testing/zoo'
import { int64, type Tensor } from '../onnx/tensor'
import { analyseModel } from './analyse'
import type { AnalysedModel } from './api'
import { certify, LIMITS } from './certify'

const MODELS = ['timm_vit_op17', 'timm_deit_distilled', 'hf_dinov2', 'timm_vit_gap']
const open = (name: string) => analyseModel(join(zoo, name, 'model.onnx'), load)

/** G `[B, L, H, N, N]` of the two pictures, for targets and, in a contrast, the classes that they are set against. */
async function gradient(model: AnalysedModel, name: string, targets: number[], against?: number[]) {
  return (await explained(model, name, targets, against)).gradient
}

async function explained(model: AnalysedModel, name: string, targets: number[], against?: number[]) {
  const graph = model.compile({ methods: [], settings, scores: false, raw: true, contrast: against !== undefined })
  const feeds: Record<string, Tensor> = {
    [graph.imageInput]: { type: 'float32', ...reference(name, 'pixel_values') },
    [graph.targetInput]: int64([2], targets),
  }
  if (graph.againstInput && against) feeds[graph.againstInput] = int64([2], against)
  const loaded = await load(graph)
  const { gradient, logits, target, against: subtracted } = graph.outputs
  const found = await loaded.run(feeds, [gradient!, logits, target, ...(subtracted ? [subtracted] : [])])
  await loaded.release()
  return {
    gradient: found[gradient!]!.data as Float32Array,
    logits: found[logits]!.data as Float32Array,
    target: Array.from(found[target]!.data as BigInt64Array, Number),
    against: subtracted ? Array.from(found[subtracted]!.data as BigInt64Array, Number) : null,
  }
}

test.each(MODELS)('%s: G(a - b) + G(b) is what autograd says of a, and -1 sets a against nothing', async (name) => {
  const model = await open(name)
  const { target } = JSON.parse(readFileSync(join(zoo, name, 'manifest.json'), 'utf8')) as { target: number[] }
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

test.each(MODELS)('%s: marks stand for the prediction and the runner-up, bit for bit', async (name) => {
  const model = await open(name)
  const runnerUp = await explained(model, name, [-1, -1], [AGAINST_RUNNER_UP, AGAINST_RUNNER_UP])
  const classes = runnerUp.logits.length / 2
  const ranked = [0, 1].map((sample) => {
    const row = runnerUp.logits.subarray(sample * classes, (sample + 1) * classes)
    return [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b)
  })
  const first = ranked.map(([best]) => best!)
  const second = ranked.map(([, next]) => next!)
  expect(runnerUp).toMatchObject({ target: first, against: second })
  expect(runnerUp.gradient).toEqual(await gradient(model, name, first, second))
  const reversed = await explained(model, name, second, [AGAINST_PREDICTED, AGAINST_PREDICTED])
  expect(reversed).toMatchObject({ target: second, against: first })
  expect(reversed.gradient).toEqual(await gradient(model, name, second, first))
  expect(reversed.gradient).not.toEqual(runnerUp.gradient)
})

test.each(MODELS.flatMap((name) => [[name, [2, 7]] as const, [name, [-1, AGAINST_RUNNER_UP]] as const]))(
  '%s: the certificate holds for the contrast %j',
  async (name, [target, against]) => {
    const model = await open(name)
    const contrast: [number, number] = [target, against]
    expect(await certify(model, load, { contrast })).toMatchObject({ passed: true, failures: [], precision: 'float64' })
    const certificate = await certify(model, load, { contrast, perHead: true })
    expect(certificate).toMatchObject({ passed: true, failures: [], precision: 'float64' })
    expect(certificate.gradientError).toBeLessThan(LIMITS.gradient.float64 / 10)
  },
)

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
