/** The 13 exports of models/zoo against what PyTorch's autograd says of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { METHOD_IDS } from './method-catalogue'
import { onnxRuntime } from '../testing/runtimes'
import { matrices, relevance } from './testing/dense-methods'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { reference, relativeError, zoo } from '../testing/zoo'

const load = onnxRuntime()

/** The largest relative error that the issue of record allows on cpu. */
const LIMIT = 1e-4

/** Read-out of a rollout matrix R `[B, N, N]`: the mean over the read-out rows of the patch columns. */
function readOut(map: { dims: number[]; data: Float32Array }, rows: number[], prefix: number): Float32Array {
  const [batch, tokens] = map.dims as [number, number]
  const patches = tokens - prefix
  const out = new Float32Array(batch * patches)
  for (let b = 0; b < batch; b++) {
    for (const row of rows) {
      for (let p = 0; p < patches; p++) {
        out[b * patches + p]! += map.data[(b * tokens + row) * tokens + prefix + p]! / rows.length
      }
    }
  }
  return out
}

describe.each(readdirSync(zoo))('%s', (name) => {
  const manifest = JSON.parse(readFileSync(join(zoo, name, 'manifest.json'), 'utf8'))

  it('agrees with autograd', async () => {
    const model = await analyseModel(join(zoo, name, 'model.onnx'), load)
    expect(model.report).toMatchObject({
      supported: true,
      layers: manifest.layers,
      heads: manifest.heads,
      tokens: manifest.tokens,
      prefixTokens: manifest.prefixTokens,
      grid: manifest.grid,
      readoutRows: manifest.readoutRows,
      dynamicBatch: true,
      classes: 10,
    })
    const graph = model.compile({
      methods: METHOD_IDS,
      settings: DEFAULT_METHOD_SETTINGS,
      scores: true,
      raw: true,
    })
    const pixels = reference(name, 'pixel_values')
    const loaded = await load(graph)
    const { outputs } = graph
    const fetches = [
      outputs.logits,
      outputs.headL1!,
      outputs.headL2!,
      outputs.headTaylor!,
      outputs.attention!,
      outputs.gradient!,
      ...Object.values(outputs.maps),
    ]
    const found = await loaded.run(
      {
        [graph.imageInput]: { type: 'float32', ...pixels },
        [graph.targetInput]: int64([pixels.dims[0]!], manifest.target),
      },
      fetches,
    )
    await loaded.release()
    const errors: Record<string, number> = {}
    const check = (label: string, output: string, wanted: Float32Array) => {
      errors[label] = relativeError(found[output]!.data as Float32Array, wanted)
    }
    check('logits', outputs.logits, reference(name, 'logits').data)
    check('attention', outputs.attention!, reference(name, 'attention').data)
    check('gradient', outputs.gradient!, reference(name, 'gradient').data)
    check('head_l1', outputs.headL1!, reference(name, 'head_l1').data)
    check('head_l2', outputs.headL2!, reference(name, 'head_l2').data)
    const { dims, data: attention } = reference(name, 'attention')
    const gradient = reference(name, 'gradient').data
    const size = dims[3]! * dims[4]!
    const sums = reference(name, 'head_l1').data.map((_, head) => {
      let sum = 0
      for (let at = head * size; at < (head + 1) * size; at++) sum += attention[at]! * gradient[at]!
      return sum
    })
    check('head_taylor', outputs.headTaylor!, sums)
    const patches = Array.from({ length: dims[3]! - manifest.prefixTokens }, (_, at) => manifest.prefixTokens + at)
    const wanted = Array.from({ length: dims[0]! }, (_, sample) =>
      relevance(
        'gmar_taylor',
        {
          attention: matrices(attention, dims, sample),
          gradient: matrices(gradient, dims, sample),
          ...{ readoutRows: manifest.readoutRows, patches },
        },
        DEFAULT_METHOD_SETTINGS,
      ),
    )
    check('gmar_taylor', outputs.maps.gmar_taylor!, Float32Array.from(wanted.flat()))
    for (const method of ['gmar_l1', 'gmar_l2', 'rollout', 'grad_rollout', 'chefer'] as const) {
      const wanted = readOut(reference(name, `map_${method}`), manifest.readoutRows, manifest.prefixTokens)
      check(method, outputs.maps[method]!, wanted)
    }
    for (const [label, error] of Object.entries(errors)) expect(error, label).toBeLessThan(LIMIT)
  })
})
