import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { decodeTensor } from '../onnx/proto-tensor'
import { zoo } from '../testing'
import { quickRuntime as load } from '../testing/runtimes'
import { analyseModel } from './analyse'
import { shuffleWeights } from './shuffled-weights'

const MODELS = [
  ...['hf_dinov2', 'hf_vit_dynamo18', 'hf_vit_op14', 'timm_beit', 'timm_deit_distilled', 'timm_vit_gap'],
  ...['timm_vit_op14', 'timm_vit_op17', 'timm_vit_reg4', 'timm_vit_sdpa_op17', 'tv_vit_op17'],
]

const sorted = (values: ArrayLike<number>) => Float64Array.from(values).sort()

test.each(MODELS)(
  '%s: each block holds the matrices of its attention and its MLP, and shuffling keeps their values',
  async (name) => {
    const { anatomy } = await analyseModel(join(zoo, name, 'model.onnx'), load)
    const layers = anatomy!.attentions.layers.length
    const last = await shuffleWeights(anatomy!, 'last', 1)
    const all = await shuffleWeights(anatomy!, 'all', 1)
    expect([last.residual, all.residual]).toEqual([true, true])
    expect(all.tensors).toEqual(expect.arrayContaining(last.tensors))
    // Q, K, V in one matrix or in three, the projection, and two of the MLP: the same in every block.
    expect(all.tensors.length).toBe(last.tensors.length * layers)
    expect(last.tensors.length).toBeGreaterThanOrEqual(4)
    for (const tensor of last.tensors) {
      const before = decodeTensor(anatomy!.graph.initializers.get(tensor)!).data as Float32Array
      const after = decodeTensor(last.anatomy.graph.initializers.get(tensor)!).data as Float32Array
      expect(after).not.toEqual(before)
      expect(sorted(after)).toEqual(sorted(before))
    }
    const untouched = [...anatomy!.graph.initializers.keys()].filter((tensor) => !all.tensors.includes(tensor))
    for (const tensor of untouched)
      expect(all.anatomy.graph.initializers.get(tensor)).toBe(anatomy!.graph.initializers.get(tensor))
  },
)

it.each(['swin', 'segformer', 'hiera', 'sam', 'cait'])(
  '%s, whose layers have tokens of their own: blocks lie between successive products of attention',
  async (family) => {
    const { anatomy } = await analyseModel(join(import.meta.dirname, 'fixtures/families', family, 'model.onnx'), load)
    const last = await shuffleWeights(anatomy!, 'last', 1)
    const all = await shuffleWeights(anatomy!, 'all', 1)
    expect([last.residual, all.residual]).toEqual([false, false])
    expect(last.tensors.length).toBeGreaterThanOrEqual(2)
    expect(all.tensors).toEqual(expect.arrayContaining(last.tensors))
    expect(all.tensors.length).toBeGreaterThan(last.tensors.length)
  },
)
