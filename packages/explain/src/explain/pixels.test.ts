/** A segmentation's masks against autograd: a small ViT with a linear decoder (fixtures/dense/segmenter.py). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { analyseModel } from './analyse'
import type { AnalysedModel } from './api'
import { certify } from './certify'
import { type Explainer, openExplainer } from './explainer'
import { METHOD_IDS } from './method-catalogue'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { matrices, relevance } from './testing/dense-methods'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/dense/segmenter')
const array = (name: string) => {
  const file = join(folder, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}
const [BATCH, CLASSES, PLACES, TOKENS] = [3, 5, 64, 17]
const [pixels, logits] = [array('pixel_values'), array('logits').data]
const targets = Array.from(array('target').data)
const regions = [0, 1, 2].map((b) => array('region').data.slice(b * PLACES, (b + 1) * PLACES))

let model: AnalysedModel
let explainer: Explainer
beforeAll(async () => {
  model = await analyseModel(join(folder, 'model.onnx'), load)
  explainer = await openExplainer(model, load, { methods: METHOD_IDS, scores: true, raw: true, contrast: true })
  return () => explainer.release()
})

/** The places of a picture where a class is the highest. */
const ownPlaces = (b: number, chosen: number) =>
  Array.from({ length: PLACES }, (_, place) => place).filter((place) => {
    const row = Array.from({ length: CLASSES }, (_, at) => logits[(b * CLASSES + at) * PLACES + place]!)
    return row.indexOf(Math.max(...row)) === chosen
  })
const meanOver = (b: number, chosen: number, places: readonly number[]) =>
  places.reduce((sum, place) => sum + logits[(b * CLASSES + chosen) * PLACES + place]! / places.length, 0)

test('the output is read as places, and said so', () => {
  expect(model.report).toMatchObject({
    ...{ supported: true, classes: CLASSES, readoutRows: [] },
    dense: { kind: 'pixels', height: 8, width: 8 },
  })
  expect(model.report.notes?.join(' ')).toContain('5 classes on 8 x 8 places')
})

test('a class over its own mask: logits, shares, attention, gradients and maps', async () => {
  const found = await explainer.explain(pixels, { targets })
  const [attention, gradient] = [array('attention').data, array('gradient').data]
  expect(relativeError(found.attention!.data, attention)).toBeLessThan(1e-4)
  expect(relativeError(found.gradient!.data, gradient)).toBeLessThan(1e-4)
  for (let b = 0; b < BATCH; b++) {
    for (let at = 0; at < CLASSES; at++) {
      const own = ownPlaces(b, at)
      expect(found.logits.data[b * CLASSES + at]).toBeCloseTo(own.length === 0 ? 0 : meanOver(b, at, own), 4)
      expect(found.probabilities!.data[b * CLASSES + at]).toBeCloseTo(own.length / PLACES, 6)
    }
    const sample = {
      attention: matrices(attention, [BATCH, 3, 2, TOKENS], b),
      gradient: matrices(gradient, [BATCH, 3, 2, TOKENS], b),
    }
    // A token's four places are a square of two; those whose places have the class are read.
    const places = ownPlaces(b, targets[b]!)
    const tokens = places.map((place) => 1 + Math.floor(place / 16) * 4 + Math.floor((place % 8) / 2))
    const readoutRows = [...new Set(tokens)].sort((one, other) => one - other)
    const { patches } = model.anatomy!.geometry
    for (const method of METHOD_IDS) {
      const wanted = relevance(method, { ...sample, readoutRows, patches }, DEFAULT_METHOD_SETTINGS)
      const own = found.maps[method]!.data.subarray(b * patches.length, (b + 1) * patches.length)
      expect(relativeError(own, Float32Array.from(wanted)), `${method} of picture ${b}`).toBeLessThan(1e-4)
    }
  }
})

test('a class over a mask that is given', async () => {
  const found = await explainer.explain(pixels, { targets, regions })
  expect(relativeError(found.gradient!.data, array('region_gradient').data)).toBeLessThan(1e-4)
  for (let b = 0; b < BATCH; b++) {
    const places = [...regions[b]!.keys()].filter((place) => regions[b]![place] === 1)
    expect(found.logits.data[b * CLASSES + targets[b]!]).toBeCloseTo(meanOver(b, targets[b]!, places), 4)
  }
  // Of two pictures in one batch, one may have its own mask.
  const mixed = await explainer.explain(pixels, { targets, regions: [regions[0]!, null, regions[2]!] })
  const size = mixed.gradient!.data.length / BATCH
  const part = (data: Float32Array, b: number) => data.subarray(b * size, (b + 1) * size)
  expect(relativeError(part(mixed.gradient!.data, 1), part(array('gradient').data, 1))).toBeLessThan(1e-4)
  expect(relativeError(part(mixed.gradient!.data, 2), part(array('region_gradient').data, 2))).toBeLessThan(1e-4)
})

test('the prediction is the class with the most places, and a contrast subtracts gradients', async () => {
  const [surest, plus, minus, both] = await Promise.all([
    explainer.explain(pixels),
    explainer.explain(pixels, { targets: [0, 1, 3] }),
    explainer.explain(pixels, { targets: [1, 4, 4] }),
    explainer.explain(pixels, { targets: [0, 1, 3], against: [1, 4, 4] }),
  ])
  for (let b = 0; b < BATCH; b++) {
    const sizes = Array.from({ length: CLASSES }, (_, at) => ownPlaces(b, at).length)
    expect(surest.targets[b]).toBe(sizes.indexOf(Math.max(...sizes)))
  }
  const wanted = plus.gradient!.data.map((value, at) => value - minus.gradient!.data[at]!)
  expect(relativeError(both.gradient!.data, wanted)).toBeLessThan(1e-4)
})

test('an empty mask explains nothing, and its share says so', async () => {
  const absent = Array.from({ length: CLASSES }, (_, at) => at).find((at) => ownPlaces(0, at).length === 0)
  const empty = new Float32Array(PLACES)
  const found = await explainer.explain(pixels, { targets, regions: [empty, null, null] })
  const size = found.gradient!.data.length / BATCH
  expect(found.gradient!.data.subarray(0, size).every((value) => value === 0)).toBe(true)
  expect(found.logits.data.every(Number.isFinite)).toBe(true)
  expect(found.probabilities!.data[targets[0]!]).toBe(0)
  expect(found.maps.gmar_l1!.data.every(Number.isFinite)).toBe(true)
  if (absent !== undefined) expect(found.probabilities!.data[absent]).toBe(0)
})

test('the certificate compares with the file and checks every gradient', async () => {
  const certificate = await certify(model, load)
  expect(certificate.failures).toEqual([])
  expect(certificate.heads).toHaveLength(6)
})

test('a mask of another size is refused', async () => {
  await expect(explainer.explain(pixels, { regions: [new Float32Array(9), null, null] })).rejects.toThrow('8 x 8')
  await expect(explainer.explain(pixels, { queries: [1, 1, 1] })).rejects.toThrow('no queries')
})
