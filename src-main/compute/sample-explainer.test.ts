/** On-demand answers about one sample against what a run's graph and autograd say. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS as settings } from '@headlight/explain/report'
import { METHOD_IDS } from '@headlight/explain/methods'
import {
  AGAINST_NOTHING,
  AGAINST_PREDICTED,
  AGAINST_RUNNER_UP,
  TARGET_PREDICTED,
} from '@headlight/explain/class-inputs'
import type { BatchResult, SampleQuestion } from './api'
import { Compute } from './compute'
import { relativeError } from '@headlight/explain/testing'

const demo = resolve('models/demo')
const modelPath = join(demo, 'clutter-vit.onnx')
const compute = new Compute()
const SAMPLE = 3
const PATCHES = 196

let question: SampleQuestion
let image = ''
beforeAll(async () => {
  const { hash, preprocessing } = await compute.inspect(modelPath)
  image = join(demo, (await readFile(join(demo, 'reference/images.txt'), 'utf8')).split('\n')[SAMPLE]!)
  question = { modelPath, expectedHash: hash, preprocessing, file: image }
})

/** What a run of all methods computes for the sample. */
async function asRun(target: number, against?: number): Promise<BatchResult> {
  const options = { modelPath, methods: [...METHOD_IDS], settings, preprocessing: question.preprocessing }
  const { session } = await compute.prepare({
    ...{ ...options, provider: 'cpu', precision: 'fp32', batch: 1, expectedHash: null },
    contrast: against !== undefined,
  })
  const result = await compute.run(session, [{ id: 0, file: image, mask: null, target, against }])
  await compute.close(session)
  return result
}

const PREDICTED = { target: TARGET_PREDICTED, against: AGAINST_NOTHING }
const explain = (target: number, against = AGAINST_NOTHING) =>
  compute.explainSample({ ...question, target, against, settings, methods: [...METHOD_IDS] })

test.each([
  ['the prediction', -1, undefined],
  ['a class', 7, undefined],
  ['a contrast', 2, 6],
  ['the prediction against a class', TARGET_PREDICTED, 6],
  ['a class against the prediction', 2, AGAINST_PREDICTED],
  ['the prediction against the runner-up', TARGET_PREDICTED, AGAINST_RUNNER_UP],
])('%s is explained as a run does', async (_name, target, against) => {
  const run = await asRun(target, against)
  const found = await explain(target, against)
  expect(found.target).toBe(run.target[0])
  const marks = new Map([AGAINST_PREDICTED, AGAINST_RUNNER_UP].map((mark, rank) => [mark, run.topClass[rank]]))
  expect(found.against).toBe(against === undefined ? null : (marks.get(against) ?? against))
  expect(relativeError(found.headL1, run.headL1!)).toBeLessThan(1e-5)
  expect(relativeError(found.headL2, run.headL2!)).toBeLessThan(1e-5)
  expect(found.maps.map(({ method }) => method)).toEqual(METHOD_IDS)
  for (const [index, { method, values }] of run.maps.entries()) {
    expect(relativeError(found.maps[index]!.values, values), method).toBeLessThan(1e-4)
  }
  const best = run.topClass[0]!
  expect(
    relativeError(
      [found.logits[best]!, found.probabilities[best]!],
      Float32Array.of(run.topLogit[0]!, run.topProbability[0]!),
    ),
  ).toBeLessThan(1e-5)
})

test('a slider through the layers ends at the map of the run, and begins at the first layer alone', async () => {
  const { maps } = await explain(-1)
  for (const method of ['gmar_l1', 'rollout', 'chefer'] as const) {
    const found = await compute.layerMaps({ ...question, ...PREDICTED, settings, method })
    expect([found.layers, found.grid, found.values.length]).toEqual([8, [14, 14], 8 * PATCHES])
    expect(found.values.slice(7 * PATCHES)).toEqual(maps.find((map) => map.method === method)!.values)
  }
  // After layer 0 alone, rollout is (A + I) / 2 of that layer: over the patches half its mean attention.
  const { values } = await compute.layerMaps({ ...question, ...PREDICTED, settings, method: 'rollout' })
  const mean = new Float32Array(PATCHES)
  for (let head = 0; head < 5; head++) {
    const row = await compute.attention({ ...question, layer: 0, head, patch: null })
    row.values.forEach((value, at) => (mean[at]! += value / 10))
  }
  expect(relativeError(values.subarray(0, PATCHES), mean)).toBeLessThan(1e-5)
})

test('attention from the read-out token and from a patch are rows of a stochastic matrix', async () => {
  const readOut = await compute.attention({ ...question, layer: 7, head: 4, patch: null })
  const fromPatch = await compute.attention({ ...question, layer: 7, head: 4, patch: 20 })
  for (const { grid, values, prefix } of [readOut, fromPatch]) {
    expect([grid, values.length, prefix.length]).toEqual([[14, 14], PATCHES, 1])
    expect([...values, ...prefix].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
  }
  expect(relativeError(fromPatch.values, readOut.values)).toBeGreaterThan(0.01)
  const wrong = [{ head: 5 }, { layer: 8 }, { patch: PATCHES }]
  for (const part of wrong) {
    const asked = compute.attention({ ...question, layer: 7, head: 4, patch: null, ...part })
    await expect(asked).rejects.toMatchObject({ code: 'usage' })
  }
})

test('what cannot be answered is refused, and what nobody waits for is not computed', async () => {
  await expect(explain(10)).rejects.toMatchObject({ code: 'usage' })
  await expect(explain(1, 10)).rejects.toMatchObject({ code: 'usage' })
  const changed = compute.explainSample({
    ...{ ...question, expectedHash: 'another', ...PREDICTED, settings, methods: [] },
  })
  await expect(changed).rejects.toMatchObject({ code: 'model-changed' })
  const signal = AbortSignal.abort()
  const given = compute.explainSample({
    ...question,
    target: 5,
    against: AGAINST_NOTHING,
    settings,
    methods: [],
    signal,
  })
  await expect(given).rejects.toMatchObject({ name: 'AbortError' })
})

test('a prediction is not set against itself', async () => {
  const { target } = await explain(TARGET_PREDICTED)
  await expect(explain(TARGET_PREDICTED, target)).rejects.toMatchObject({ code: 'no-contrast' })
  await expect(explain(target, AGAINST_PREDICTED)).rejects.toMatchObject({ code: 'no-contrast' })
})
