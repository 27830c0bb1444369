/**
 * ONNX's Attention in the forms that it takes (heads apart or flat, grouped keys, masks of every kind, caps, counted keys,
 * maps that are read), against ONNX Runtime and autograd: fixtures/attention/make.py. A part of them, all in `npm run test:long`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS as settings } from './report'
import { quickRuntime as load } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { float32, int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'

interface Variant {
  name: string
  /** Base64 of the file, and of float32 values. */
  model: string
  logits: string
  attention: string
  gradient: string
}

const [head, ...variants] = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures/attention/variants.jsonl.gz')))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Variant) as [Variant & { picture: string }, ...Variant[]]
const EVERY = process.env.HEADLIGHT_LONG === '1' ? 1 : 6

const folder = mkdtempSync(join(os.tmpdir(), 'headlight-attention-'))
afterAll(() => rmSync(folder, { recursive: true }))

function numbers(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

it.each(variants.filter((_, at) => at % EVERY === 0))('$name', async ({ model: file, ...reference }) => {
  const where = join(folder, 'model.onnx')
  writeFileSync(where, Buffer.from(file, 'base64'))
  const model = await analyseModel(where, load)
  expect(model.report.reasons).toEqual([])
  const graph = model.compile({ methods: [], settings, scores: false, raw: true })
  const { logits, attention, gradient } = graph.outputs
  const loaded = await load(graph)
  const feeds = {
    [graph.imageInput]: float32([1, 3, 12, 12], numbers(head.picture)),
    [graph.targetInput]: int64([1], [1]),
  }
  const found = await loaded.run(feeds, [logits, attention!, gradient!])
  await loaded.release()
  const error = (name: string, wanted: string) => relativeError(found[name]!.data as Float32Array, numbers(wanted))
  expect(error(logits, reference.logits)).toBeLessThan(1e-4)
  expect(error(attention!, reference.attention)).toBeLessThan(1e-4)
  expect(error(gradient!, reference.gradient)).toBeLessThan(1e-4)
})

it.each([
  ['read=feature', [/map of layer 0 \(node 'y0'\) is read as numbers too/]],
  // Once taken for cross-attention: what the result is added to is made of the map itself.
  ['read=alone', [/map of layer 0/, /No residual connection was found around the attention of node 'y0' and 1 more/]],
])('a map that is read as numbers is said: %s', async (form, notes) => {
  const { model } = variants.find(({ name }) => name === `opset=23 flat=True groups=1 ${form}`)!
  const file = join(folder, 'read.onnx')
  writeFileSync(file, Buffer.from(model, 'base64'))
  const { report } = await analyseModel(file, load)
  expect(report.notes).toEqual(notes.map((words) => expect.stringMatching(words) as unknown))
})
