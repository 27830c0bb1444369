/** A detector's queries against autograd: YOLOS of transformers (3 layers, 5 queries, 11 classes, random weights). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { analyseModel } from './analyse'
import type { AnalysedModel } from './api'
import { certify } from './certify'
import { openExplainer } from './explainer'
import { METHOD_IDS } from './method-catalogue'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { sampleMap } from './sample-maps'
import { matrices, relevance } from './testing/dense-methods'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/families/yolos')
const array = (name: string) => {
  const file = join(folder, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}
const pixels = array('pixel_values')
const logits = array('logits').data
/** [query, class] of each picture, as autograd's gradients are of. */
const ASKED = [
  [0, 1],
  [4, 3],
  [2, 0],
] as const
const [BATCH, LAYERS, HEADS, TOKENS, QUERIES, CLASSES] = [3, 3, 4, 22, 5, 11]

/** `[B, L, H, N, N]` of the files of each layer. */
function stacked(what: 'attention' | 'gradient'): Float32Array {
  const size = HEADS * TOKENS ** 2
  const all = new Float32Array(BATCH * LAYERS * size)
  for (let layer = 0; layer < LAYERS; layer++) {
    const { data } = array(`site_0${layer}_${what}`)
    for (let b = 0; b < BATCH; b++) all.set(data.subarray(b * size, (b + 1) * size), (b * LAYERS + layer) * size)
  }
  return all
}

let model: AnalysedModel
beforeAll(async () => {
  model = await analyseModel(join(folder, 'model.onnx'), load)
})

test('the output is read as queries, and said so', () => {
  expect(model.report).toMatchObject({
    supported: true,
    reasons: [],
    classes: CLASSES,
    tokens: TOKENS,
    grid: [4, 4],
    readoutRows: [],
    dense: { kind: 'queries', queries: QUERIES, boxes: null },
  })
  expect(model.report.notes?.join(' ')).toContain('5 queries with the logits of 11 classes each')
})

test('attention, gradients, scores and every map of a query are those of autograd', async () => {
  const explainer = await openExplainer(model, load, { methods: METHOD_IDS, scores: true, raw: true })
  const found = await explainer.explain(pixels, {
    targets: ASKED.map(([, target]) => target),
    queries: ASKED.map(([query]) => query),
  })
  await explainer.release()
  expect(found.queries).toEqual(ASKED.map(([query]) => query))
  const [attention, gradient] = [stacked('attention'), stacked('gradient')]
  expect(relativeError(found.attention!.data, attention)).toBeLessThan(1e-4)
  expect(relativeError(found.gradient!.data, gradient)).toBeLessThan(1e-4)
  ASKED.forEach(([query, target], b) => {
    const wanted = logits[(b * QUERIES + query) * CLASSES + target]!
    expect(found.logits.data[b * CLASSES + target]).toBeCloseTo(wanted, 4)
  })
  const dims = [BATCH, LAYERS, HEADS, TOKENS] as [number, number, number, number]
  const { patches } = model.anatomy!.geometry
  for (const method of METHOD_IDS) {
    const map = found.maps[method]!.data
    ASKED.forEach(([query], b) => {
      const sample = { attention: matrices(attention, [...dims], b), gradient: matrices(gradient, [...dims], b) }
      const readoutRows = [TOKENS - QUERIES + query]
      const wanted = relevance(method, { ...sample, readoutRows, patches }, DEFAULT_METHOD_SETTINGS)
      const own = map.subarray(b * patches.length, (b + 1) * patches.length)
      expect(relativeError(own, Float32Array.from(wanted)), `${method} of picture ${b}`).toBeLessThan(1e-4)
      const layerSize = LAYERS * HEADS
      const part = ({ data }: { data: Float32Array }, each: number) => data.subarray(b * each, (b + 1) * each)
      const alone = sampleMap(
        method,
        {
          ...{ layers: LAYERS, heads: HEADS, tokens: TOKENS, readoutRows, patches },
          attention: part(found.attention!, layerSize * TOKENS ** 2),
          gradient: part(found.gradient!, layerSize * TOKENS ** 2),
          headL1: part(found.headL1!, layerSize),
          headL2: part(found.headL2!, layerSize),
          headTaylor: part(found.headTaylor!, layerSize),
        },
        DEFAULT_METHOD_SETTINGS,
      )
      expect(relativeError(own, alone), `${method} in plain numbers`).toBeLessThan(1e-4)
    })
  }
})

test.each([null, CLASSES - 1])(
  'the surest query of a class, and the surest of all (no object: %s)',
  async (noObject) => {
    const explainer = await openExplainer(model, load, { methods: ['gmar_l1'], contrast: true, noObject })
    const surest = await explainer.explain(pixels)
    const ofClass = await explainer.explain(pixels, { targets: [7, 7, 7], against: [-1, 2, -3] })
    await explainer.release()
    for (let b = 0; b < BATCH; b++) {
      const query = (q: number) =>
        Array.from(logits.subarray((b * QUERIES + q) * CLASSES, (b * QUERIES + q + 1) * CLASSES))
      const sure = Array.from({ length: QUERIES }, (_, q) => {
        const row = query(q)
        const sum = row.reduce((total, value) => total + Math.exp(value), 0)
        return noObject === null ? row : row.map((value) => Math.exp(value) / sum)
      })
      const best = (target: number) => sure.reduce((top, row, q) => (row[target]! > sure[top]![target]! ? q : top), 0)
      expect(ofClass.queries![b]).toBe(best(7))
      const classes = [...Array(CLASSES).keys()].filter((index) => index !== noObject)
      const order = classes.toSorted((a, c) => sure[best(c)]![c]! - sure[best(a)]![a]!)
      expect(surest.targets[b]).toBe(order[0])
      expect(surest.queries![b]).toBe(best(order[0]!))
      const probability = surest.probabilities!.data[b * CLASSES + order[0]!]!
      const wanted = sure[best(order[0]!)]![order[0]!]!
      expect(probability).toBeCloseTo(noObject === null ? 1 / (1 + Math.exp(-wanted)) : wanted, 5)
    }
  },
)

test('the certificate compares with the file and checks every gradient', async () => {
  const certificate = await certify(model, load)
  expect(certificate.failures).toEqual([])
  expect(certificate.heads).toHaveLength(LAYERS * HEADS)
  expect(certificate.logitError).toBeLessThan(1e-5)
})

test('a query or a mask that the model does not have is refused', async () => {
  const explainer = await openExplainer(model, load, { methods: [] })
  await expect(explainer.explain(pixels, { queries: [0, 5, 0] })).rejects.toThrow('no query 5')
  await expect(explainer.explain(pixels, { regions: [null, null, null] })).rejects.toThrow('not a segmentation')
  await explainer.release()
})
