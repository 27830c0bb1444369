/** models/edge: what Headlight explains although it is unusual, and what it refuses by name. */
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'

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
  ['swin.onnx', ['windowed', 'Softmax']],
  ['vit_int8_dynamic.onnx', ['quantised', 'int8']],
])('%s is refused by name', async (file, words) => {
  const { report, anatomy, compile } = await analyse(file)
  expect(report.supported).toBe(false)
  expect(anatomy).toBeNull()
  for (const word of words) expect(report.reasons.join(' ')).toContain(word)
  expect(() =>
    compile({
      methods: [],
      settings: { gmar: { alpha: 1, scope: 'layer', firstLayer: 0 }, rollout: { fusion: 'mean', discard: 0 } },
      scores: false,
      raw: false,
    }),
  ).toThrow(report.reasons[0])
})

it('a model whose data lies outside its folder is unreadable', async () => {
  await expect(analyse('vit_external_traversal.onnx')).rejects.toMatchObject({ code: 'unreadable-model' })
})
