/** models/edge: what Headlight explains although it is unusual, and what it refuses by name. */
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'
import { DEFAULT_METHOD_SETTINGS } from './report'

const edge = resolve('models/edge')
const analyse = (file: string) => analyseModel(join(edge, file), onnxRuntime())

it.each([
  ['vit_fp32_base.onnx', true],
  ['vit_external.onnx', true],
  ['vit_fixed_batch1.onnx', true],
] as const)('%s is supported', async (file, dynamicBatch) => {
  const { report } = await analyse(file)
  expect(report.reasons).toEqual([])
  expect(report).toMatchObject({ supported: true, layers: 3, heads: 4, tokens: 17, prefixTokens: 1, dynamicBatch })
})

it.each([
  ['cnn_resnet.onnx', ['convolutional network', 'Conv']],
  ['vit_int8_dynamic.onnx', ['quantised', 'int8']],
])('%s is refused by name', async (file, words) => {
  const { report, anatomy, compile } = await analyse(file)
  expect(report.supported).toBe(false)
  expect(anatomy).toBeNull()
  for (const word of words) expect(report.reasons.join(' ')).toContain(word)
  expect(() =>
    compile({
      methods: [],
      settings: DEFAULT_METHOD_SETTINGS,
      scores: false,
      raw: false,
    }),
  ).toThrow(report.reasons[0])
})

it('swin.onnx has head scores and maps, and none of a single head', async () => {
  const { report, compile } = await analyse('swin.onnx')
  expect(report).toMatchObject({ supported: true, tokens: 0 })
  expect(report.noMaps).toBeUndefined()
  expect(new Set(report.sites!.map(({ kind }) => kind))).toEqual(new Set(['window']))
  const asked = { settings: DEFAULT_METHOD_SETTINGS, scores: true, raw: false }
  expect(compile({ methods: [], ...asked }).outputs.headL1).toBeDefined()
  expect(Object.keys(compile({ methods: ['rollout'], ...asked }).outputs.maps)).toEqual(['rollout'])
  expect(() => compile({ methods: [], ...asked, readoutAttention: true })).toThrow(/single head is not a map/)
})

it('a model whose data lies outside its folder is unreadable', async () => {
  await expect(analyse('vit_external_traversal.onnx')).rejects.toMatchObject({ code: 'unreadable-model' })
})
