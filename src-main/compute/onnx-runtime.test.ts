import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ort } from '@headlight/explain/node'
import { expect, test } from 'vitest'
import type { Tensor } from '@headlight/explain/onnx'
import { fromOrt, toOrt } from '@headlight/explain'
import { readNpy } from '@headlight/explain/files'
import { onnxRuntime } from './onnx-runtime'

const edge = resolve('models/edge')

async function logits(file: string): Promise<Float32Array> {
  const input = await readNpy(join(edge, 'base_pixel_values.npy'))
  const graph = await onnxRuntime()({ bytes: await readFile(join(edge, file)), dataFolder: edge })
  const feeds = { pixel_values: { type: 'float32', dims: input.dims, data: input.data } satisfies Tensor }
  const outputs = await graph.run(feeds, ['logits'])
  await graph.release()
  return outputs['logits']!.data as Float32Array
}

test('models with and without external data run from memory', async () => {
  const expected = (await readNpy(join(edge, 'base_logits.npy'))).data
  for (const file of ['vit_fp32_base.onnx', 'vit_external.onnx']) {
    const values = await logits(file)
    expect(values.length).toBe(expected.length)
    values.forEach((value, index) => expect(value).toBeCloseTo(Number(expected[index]), 4))
  }
})

test('a reference out of the folder is refused', async () => {
  await expect(logits('vit_external_traversal.onnx')).rejects.toThrow('escapes')
})

test('tensors of every kind survive the way to ONNX Runtime and back', () => {
  const tensors: Tensor[] = [
    { type: 'float32', dims: [2], data: Float32Array.of(1.5, -2) },
    { type: 'float64', dims: [1], data: Float64Array.of(1e300) },
    { type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0x7c01) },
    { type: 'int64', dims: [1, 1], data: BigInt64Array.of(-5n) },
    { type: 'uint64', dims: [1], data: BigUint64Array.of(2n ** 63n) },
    { type: 'int32', dims: [], data: Int32Array.of(3) },
    { type: 'bool', dims: [2], data: Uint8Array.of(0, 1) },
    { type: 'string', dims: [1], data: ['a'] },
  ]
  for (const tensor of tensors) {
    expect(toOrt(ort, tensor)).toBeInstanceOf(ort.Tensor)
    expect(fromOrt(toOrt(ort, tensor))).toEqual(tensor)
  }
  expect(() => toOrt(ort, { type: 'bfloat16', dims: [1], data: Uint16Array.of(1) })).toThrow('bfloat16')
})
