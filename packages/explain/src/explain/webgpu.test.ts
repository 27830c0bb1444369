/**
 * Exports on the WebGPU provider. CI has no GPU: Chromium's software rasteriser checks that the numbers are right, for
 * one export; the long tests check three.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { METHOD_IDS } from './method-catalogue'
import { onnxRuntime } from '../testing/runtimes'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { reference, relativeError, zoo } from '../testing/zoo'

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'
/** The largest relative error that the WebGPU provider may have against autograd and cpu. */
const LIMIT = 1e-3

if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER
// Why this may skip: without Chromium's SwiftShader and without a GPU there is nothing that runs WebGPU.
const runnable = existsSync(SWIFTSHADER) || process.env.HEADLIGHT_WEBGPU === '1'
const exported = ['timm_vit_op17', 'hf_vit_dynamo18', 'tv_vit_op17']
const checked = process.env.HEADLIGHT_LONG === '1' ? exported : exported.slice(1, 2)

describe.runIf(runnable)('WebGPU', () => {
  it.each(checked)('%s agrees with autograd and with cpu', async (name) => {
    const model = await analyseModel(join(zoo, name, 'model.onnx'), onnxRuntime())
    const graph = model.compile({
      methods: METHOD_IDS,
      settings: DEFAULT_METHOD_SETTINGS,
      scores: true,
      raw: true,
    })
    const { target } = JSON.parse(readFileSync(join(zoo, name, 'manifest.json'), 'utf8'))
    const pixels = reference(name, 'pixel_values')
    const feeds = {
      [graph.imageInput]: { type: 'float32' as const, ...pixels },
      [graph.targetInput]: int64([target.length], target),
    }
    const { outputs } = graph
    const fetches = [
      outputs.logits,
      outputs.headL1!,
      outputs.headL2!,
      outputs.attention!,
      outputs.gradient!,
      ...Object.values(outputs.maps),
    ]
    const run = async (provider: 'webgpu' | 'cpu') => {
      const loaded = await onnxRuntime({ provider, precision: 'fp32' })(graph)
      const found = await loaded.run(feeds, fetches)
      await loaded.release()
      return found
    }
    const gpu = await run('webgpu')
    const cpu = await run('cpu')
    for (const output of fetches) {
      expect(relativeError(gpu[output]!.data as Float32Array, cpu[output]!.data as Float32Array), output).toBeLessThan(
        LIMIT,
      )
    }
    for (const [file, output] of [
      ['logits', outputs.logits],
      ['gradient', outputs.gradient!],
      ['head_l1', outputs.headL1!],
      ['head_l2', outputs.headL2!],
    ] as const) {
      expect(relativeError(gpu[output]!.data as Float32Array, reference(name, file).data), file).toBeLessThan(LIMIT)
    }
  })
})
