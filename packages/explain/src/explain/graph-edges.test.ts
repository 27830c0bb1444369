/**
 * Two-layer transformers at the edges of what ONNX allows: masks, types, further outputs. Logits are ONNX Runtime's of
 * the file itself, G its central differences.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { onnxRuntime } from '../testing/runtimes'
import { parseNpy } from '../files/npy'
import { relativeError } from '../testing/zoo'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { certify } from './certify'

const folder = resolve('packages/explain/src/explain/fixtures/edges')
const load = onnxRuntime()
const analysed = (name: string) => analyseModel(join(folder, `${name}.onnx`), load)
const pixels = parseNpy(readFileSync(join(folder, 'x.npy')), 'x.npy')

interface Reference {
  target: number
  logits: number[]
  head_l1: number[][]
  gradientByCentralDifferences: { values: number[][] }
}

describe.each([
  'att23_bool_rows',
  'att23_lowest_rows',
  'att23_qk_graph_output',
  'att24_nonpad',
  'kv_where_mask',
  'ln_f64',
  'ln_mean_used',
  'ln_scale_scalar',
  'logits_f64',
  'logsoftmax_wide',
  'pow_zero',
  'rotary23',
])('%s', (name) => {
  const wanted = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Reference

  it('has the logits and gradients of the file', async () => {
    const model = await analysed(name)
    expect(model.report.reasons).toEqual([])
    // The logits behind a log-softmax are explained; its own gradient is that of a difference of logits where one of
    // them is all of the probability.
    const behind = model.report.ending === 'log-softmax'
    const options = { methods: [], settings: DEFAULT_METHOD_SETTINGS, scores: true, raw: true, contrast: behind }
    const graph = model.compile(options)
    const loaded = await load(graph)
    const feeds = {
      [graph.imageInput]: { type: 'float32' as const, ...pixels },
      [graph.targetInput]: int64([1], [wanted.target]),
      ...(graph.againstInput && { [graph.againstInput]: int64([1], [wanted.logits.indexOf(0)]) }),
    }
    const { logits, gradient, headL1 } = graph.outputs
    const found = await loaded.run(feeds, [logits, gradient!, headL1!])
    await loaded.release()
    const values = (output: string) => found[output]!.data as Float32Array
    const worst = (got: Float32Array, right: number[]) => relativeError(got, Float32Array.from(right))
    if (!behind) expect(worst(values(logits), wanted.logits)).toBeLessThan(1e-5)
    expect(worst(values(headL1!), wanted.head_l1.flat())).toBeLessThan(5e-3)
    // Central differences in single precision are right to some thousandths.
    expect(worst(values(gradient!), wanted.gradientByCentralDifferences.values.flat())).toBeLessThan(5e-3)
  })

  it('is certified', async () => {
    expect(await certify(await analysed(name), load)).toMatchObject({ passed: true, failures: [] })
  })
})

it('half precision inside and single outside is certified within the limit of half precision', async () => {
  const certificate = await certify(await analysed('f16_inner'), load)
  expect(certificate).toMatchObject({ passed: true, failures: [], limits: { logit: 2e-2 } })
})

it('bfloat16, which ONNX Runtime cannot run, is refused with what to do', async () => {
  const { report } = await analysed('bf16_op22')
  expect(report).toMatchObject({ supported: false, reasons: [expect.stringContaining('bfloat16')] })
  expect(report.reasons[0]).toContain('float32')
})
